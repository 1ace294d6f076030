import {
  AuthorizationError,
  type ClientAuthentication,
  clientSecretBasic,
  clientSecretPost,
  createClient,
  none,
  type OAuthClient,
  OAuthResponseError,
  type TokenSet,
} from '@grantor/client';
import { privateKeyJwt } from '@grantor/client/private-key-jwt';
import { createGuard, type Guard } from '@grantor/guard';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../test/kit/browser.js';
import { startServer, type TestServer } from '../test/kit/servers.js';
import { apps, type InteropApp, redirectUri, registerInteropApp } from './apps.js';

function authenticationOf({ method, client_secret: secret = '' }: InteropApp): ClientAuthentication {
  if (method === 'none') return none();
  return method === 'client_secret_post' ? clientSecretPost(secret) : clientSecretBasic(secret);
}

const call = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe('@grantor/client', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ settings: { compat: 'none' } });
  });
  afterAll(() => grantor.stop());

  const clientOf = (app: InteropApp, authentication = authenticationOf(app)) =>
    createClient({
      issuer: grantor.issuer,
      clientId: app.client_id,
      authentication,
      redirectUri,
      scope: 'openid profile',
    });

  async function tokensOf(client: OAuthClient): Promise<TokenSet> {
    const { url, transaction } = await client.startAuthorization();
    return client.handleCallback(await connect(new HttpBrowser(), url, grantor.user), transaction);
  }

  it.each(apps)(
    'completes discovery, code and PKCE, ID token, refresh, userinfo and revocation: %s',
    async (_, metadata) => {
      const client = clientOf(await registerInteropApp(grantor, metadata));
      const tokens = await tokensOf(client);
      expect(tokens.scope).toBe('openid profile');
      expect(await client.userinfo(tokens)).toMatchObject({ sub: tokens.claims?.sub, name: 'Ada Lovelace' });

      const refreshed = await client.refresh(tokens);
      expect(refreshed.refreshToken).not.toBe(tokens.refreshToken);
      expect(refreshed.claims?.sub).toBe(tokens.claims?.sub);

      await client.revoke(refreshed);
      await expect(client.userinfo(refreshed)).rejects.toBeInstanceOf(OAuthResponseError);
      await expect(client.refresh(refreshed)).rejects.toMatchObject({ error: 'invalid_grant' });
    },
  );

  it.each(['ES256', 'ES384', 'RS256', 'PS256', 'PS512', 'EdDSA'])(
    'authenticates with private_key_jwt and a key for %s (RFC 7523 §2.2)',
    async (alg) => {
      const { publicKey, privateKey } = await generateKeyPair(alg);
      const metadata = {
        redirectUris: [redirectUri],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'app-key' }] },
      };
      const { client_id: clientId } = await grantor.register(metadata);
      const client = createClient({
        issuer: grantor.issuer,
        clientId,
        authentication: privateKeyJwt({ key: privateKey, kid: 'app-key' }),
        redirectUri,
        scope: 'openid profile',
      });
      const refreshed = await client.refresh(await tokensOf(client));
      await client.revoke(refreshed);
      await expect(client.refresh(refreshed)).rejects.toMatchObject({ error: 'invalid_grant' });
    },
  );

  it('two processes that refresh with one token get the same tokens', async () => {
    const app = await registerInteropApp(grantor, {});
    const tokens = await tokensOf(clientOf(app));
    const [one, other] = await Promise.all([clientOf(app).refresh(tokens), clientOf(app).refresh(tokens)]);
    expect(other.accessToken).toBe(one.accessToken);
    expect(other.refreshToken).toBe(one.refreshToken);
  });

  it('reports login_required after prompt=none (OpenID Connect Core 1.0 §3.1.2.6)', async () => {
    const client = clientOf(await registerInteropApp(grantor, {}));
    const { url, transaction } = await client.startAuthorization({ prompt: 'none' });
    const { left } = await new HttpBrowser().open(url);
    const ended = client.handleCallback(left ?? '', transaction);
    await expect(ended).rejects.toBeInstanceOf(AuthorizationError);
    await expect(ended).rejects.toMatchObject({ error: 'login_required' });
  });
});

describe('@grantor/guard', () => {
  const audience = 'https://api.example.com';
  let grantor: TestServer;
  let guard: Guard;
  const now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    grantor = await startServer({ clock: () => now });
    guard = createGuard({ issuer: grantor.issuer, audience, clockToleranceSeconds: 0 });
  });
  afterAll(() => grantor.stop());

  async function accessTokenFor(scope: string, metadata: Record<string, unknown> = { audience }) {
    const app = await grantor.register({ redirectUris: [redirectUri], ...metadata });
    const client = createClient({
      issuer: grantor.issuer,
      clientId: app.client_id,
      authentication: clientSecretBasic(app.client_secret ?? ''),
      redirectUri,
      scope,
    });
    const { url, transaction } = await client.startAuthorization();
    const callback = await connect(new HttpBrowser(), url, grantor.user);
    return { clientId: app.client_id, tokens: await client.handleCallback(callback, transaction) };
  }

  it('accepts a token of the server, and names its subject', async () => {
    const { clientId, tokens } = await accessTokenFor('openid files:read');
    expect(await guard.check(call(tokens.accessToken), { scope: 'files:read' })).toMatchObject({
      ok: true,
      token: {
        subject: tokens.claims?.sub,
        clientId,
        scopes: ['openid', 'files:read'],
        audience: [audience],
        expiresAt: now + 900,
      },
    });
  });

  it('refuses a scope that was not granted with 403', async () => {
    const { tokens } = await accessTokenFor('openid files:read');
    expect(await guard.check(call(tokens.accessToken), { scope: 'files:write' })).toMatchObject({
      ok: false,
      status: 403,
      error: 'insufficient_scope',
    });
  });

  it('refuses a token for another API and an ID token with 401', async () => {
    const { tokens } = await accessTokenFor('openid', {});
    for (const token of [tokens.accessToken, tokens.idToken ?? '']) {
      expect(await guard.check(call(token))).toMatchObject({
        ok: false,
        status: 401,
        error: 'invalid_token',
      });
    }
  });

  it('refuses a token that has expired', async () => {
    const { tokens } = await accessTokenFor('openid');
    const later = createGuard({
      issuer: grantor.issuer,
      audience,
      clockToleranceSeconds: 0,
      now: () => now + 900,
    });
    expect(await later.check(call(tokens.accessToken))).toMatchObject({ ok: false, status: 401 });
  });
});
