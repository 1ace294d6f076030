import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { purgeAt } from '../../../../test/kit/purge.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { TestApp } from '../../../../test/kit/test-app.js';
import { manage, nativeApp, registered } from './support.js';

describe.each(databases)('a native app without a secret, as MCP clients are, on %s', (database) => {
  let grantor: TestServer;
  let now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    grantor = await startServer({
      database,
      settings: { registration: 'open', resources: ['https://mcp.example/mcp'] },
      clock: () => now,
    });
  });
  afterAll(() => grantor.stop());

  /** Registers, and listens on a new port (RFC 8252 §7.3). */
  const connectable = async (name: string) => {
    const app = await registered(grantor, {
      ...nativeApp,
      client_name: name,
      scope: 'openid files:read offline_access',
    });
    const redirectUri = 'http://127.0.0.1:53117/callback';
    return {
      app,
      client: new TestApp(grantor.issuer, app.client_id, undefined, redirectUri, grantor.user),
    };
  };

  it('discovers, registers, connects with PKCE for one resource, and refreshes', async () => {
    const metadata = (await (
      await fetch(`${grantor.issuer}/.well-known/oauth-authorization-server`)
    ).json()) as Record<string, unknown>;
    expect(metadata).toMatchObject({
      registration_endpoint: `${grantor.issuer}/oauth2/register`,
      code_challenge_methods_supported: ['S256'],
    });
    expect(metadata.token_endpoint_auth_methods_supported).toContain('none');

    const { client } = await connectable('End to end');
    const asked = { scope: 'files:read offline_access', resource: 'https://mcp.example/mcp' };
    const code = await client.code(asked);
    const response = await client.exchange(code, { resource: asked.resource });
    expect(response.status).toBe(200);
    const tokens = (await response.json()) as { access_token: string; refresh_token: string };
    const [, payload = ''] = tokens.access_token.split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      aud: 'https://mcp.example/mcp',
      client_id: client.id,
    });
    const refreshed = await client.refresh(tokens.refresh_token, { resource: asked.resource });
    expect(refreshed.status).toBe(200);
    expect(await refreshed.json()).not.toMatchObject({ refresh_token: tokens.refresh_token });
  });

  it('gets nothing without PKCE (RFC 9700 §2.1.1)', async () => {
    const { client } = await connectable('Without PKCE');
    const callback = await client.authorize({
      code_challenge: undefined,
      code_challenge_method: undefined,
    });
    expect(callback.searchParams.get('error')).toBe('invalid_request');
  });

  it('is marked on the consent page, unlike an app that the operator registered', async () => {
    const { client } = await connectable('The Bank Itself');
    const managed = await grantor.register({ redirectUris: ['https://app.example.com/callback'] });
    const known = new TestApp(
      grantor.issuer,
      managed.client_id,
      managed.client_secret,
      'https://app.example.com/callback',
      grantor.user,
    );
    const pages = await Promise.all(
      [client, known].map(async (app) => {
        const browser = new HttpBrowser();
        const page = await browser.open(app.authorizationUrl());
        const { username, password } = grantor.user;
        return (await browser.signIn(page, { username, password })).html;
      }),
    );
    expect(pages[0]).toContain('registered itself');
    expect(pages[0]).toContain('127.0.0.1:53117');
    expect(pages[1]).toContain('id="allow"');
    expect(pages[1]).not.toContain('registered itself');
  });

  it('is deleted if no user allows it access in time, and kept otherwise', async () => {
    const [unused, used] = [await connectable('Never used'), await connectable('In use')];
    await used.client.tokens();
    const run = () => purgeAt(grantor, now);

    now += 86_400;
    await run();
    expect((await manage(unused.app, 'GET')).status).toBe(200);

    now += 1;
    await run();
    expect((await manage(unused.app, 'GET')).status).toBe(401);
    expect((await manage(used.app, 'GET')).status).toBe(200);
    expect((await registered(grantor, { ...nativeApp, client_name: 'Never used' })).client_id).not.toBe(
      unused.app.client_id,
    );
  });
});
