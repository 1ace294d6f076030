import { auth, type OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import {
  ClientCredentialsProvider,
  PrivateKeyJwtProvider,
} from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type {
  OAuthClientInformationMixed,
  OAuthClientMetadata,
  OAuthTokens,
} from '@modelcontextprotocol/sdk/shared/auth.js';
import { decodeJwt, exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../test/kit/browser.js';
import { startServer, type TestServer } from '../test/kit/servers.js';
import { startMcpServer, type TestMcpServer } from './mcp-server.js';

const redirectUrl = 'http://127.0.0.1:33418/callback';

/** What an MCP client keeps between its calls, all in memory. */
class MemoryProvider implements OAuthClientProvider {
  readonly redirectUrl = redirectUrl;
  readonly clientMetadata: OAuthClientMetadata;
  client: OAuthClientInformationMixed | undefined;
  kept: OAuthTokens | undefined;
  verifier = '';
  authorizationUrl: URL | undefined;

  constructor(method: string) {
    this.clientMetadata = {
      client_name: 'MCP client',
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: method,
    };
  }

  clientInformation = () => this.client;
  saveClientInformation = (client: OAuthClientInformationMixed) => {
    this.client = client;
  };
  tokens = () => this.kept;
  saveTokens = (tokens: OAuthTokens) => {
    this.kept = tokens;
  };
  redirectToAuthorization = (url: URL) => {
    this.authorizationUrl = url;
  };
  saveCodeVerifier = (verifier: string) => {
    this.verifier = verifier;
  };
  codeVerifier = () => this.verifier;
}

describe.each([
  ['an issuer without a path', ''],
  ['an issuer with a path', '/tenants/ada'],
])('@modelcontextprotocol/sdk, with %s', (_, path) => {
  let mcp: TestMcpServer;
  let grantor: TestServer;
  beforeAll(async () => {
    mcp = await startMcpServer();
    grantor = await startServer({ path, settings: { registration: 'open', resources: [mcp.url] } });
    mcp.trust(grantor.issuer, 'files:read');
  });
  afterAll(async () => {
    await grantor.stop();
    await mcp.stop();
  });

  /** Calls the tool of the protected server as an MCP host does. */
  async function whoami(provider: OAuthClientProvider): Promise<unknown> {
    const client = new Client({ name: 'interop', version: '1.0.0' });
    const transport = new StreamableHTTPClientTransport(new URL(mcp.url), { authProvider: provider });
    await client.connect(transport);
    try {
      const { content } = (await client.callTool({ name: 'whoami' })) as { content: { text: string }[] };
      return JSON.parse(content[0]?.text ?? '');
    } finally {
      await client.close();
    }
  }

  it.each(['none', 'client_secret_post', 'client_secret_basic'])(
    'gets from a 401 of the protected server to its tool by discovery, registration, PKCE and resource: %s',
    async (method) => {
      const provider = new MemoryProvider(method);
      await expect(whoami(provider)).rejects.toThrow('Unauthorized');
      const { client_id } = provider.client ?? {};
      const asked = provider.authorizationUrl?.searchParams;
      expect(asked?.get('client_id')).toBe(client_id);
      expect(asked?.get('resource')).toBe(mcp.url);
      expect(asked?.get('code_challenge_method')).toBe('S256');
      expect(asked?.get('scope')).toBe('files:read');

      const callback = await connect(new HttpBrowser(), provider.authorizationUrl?.href ?? '', grantor.user);
      const authorizationCode = callback.searchParams.get('code') ?? '';
      expect(await auth(provider, { serverUrl: mcp.url, authorizationCode })).toBe('AUTHORIZED');
      const first = provider.kept;
      expect(decodeJwt(first?.access_token ?? '').aud).toBe(mcp.url);
      const subject = decodeJwt(first?.access_token ?? '').sub;
      expect(await whoami(provider)).toEqual({ subject, clientId: client_id });

      expect(await auth(provider, { serverUrl: mcp.url })).toBe('AUTHORIZED');
      expect(provider.kept?.refresh_token).not.toBe(first?.refresh_token);
      expect(decodeJwt(provider.kept?.access_token ?? '').aud).toBe(mcp.url);
      expect(await whoami(provider)).toEqual({ subject, clientId: client_id });
    },
  );

  it('acts for itself with a secret: client_credentials', async () => {
    const { client_id: clientId, client_secret: clientSecret } = await grantor.register({
      grant_types: ['client_credentials'],
      scopes: ['files:read'],
    });
    const provider = new ClientCredentialsProvider({
      clientId,
      clientSecret,
      expectedIssuer: grantor.issuer,
      scope: 'files:read',
    });
    expect(await whoami(provider)).toEqual({ subject: clientId, clientId });
  });

  it('acts for itself with a key: client_credentials and private_key_jwt', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const { client_id: clientId } = await grantor.register({
      grant_types: ['client_credentials'],
      scopes: ['files:read'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [await exportJWK(publicKey)] },
    });
    const provider = new PrivateKeyJwtProvider({
      clientId,
      privateKey: await exportPKCS8(privateKey),
      algorithm: 'ES256',
      expectedIssuer: grantor.issuer,
      scope: 'files:read',
    });
    expect(await whoami(provider)).toEqual({ subject: clientId, clientId });
  });
});
