import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../test/kit/browser.js';
import { INSTALLING, pythonEnvironment } from '../test/kit/python.js';
import { startServer, type TestServer } from '../test/kit/servers.js';
import { apps, redirectUri, registerInteropApp } from './apps.js';
import { converse, type Steps } from './conversation.js';

const here = (name: string) => fileURLToPath(new URL(`python/${name}`, import.meta.url));
const resource = 'https://files.example.com/';

/** What an app sees of its own token before and after it revoked it. */
const introspected = (client_id: string) => ({
  introspected: expect.objectContaining({ active: true, client_id, scope: 'files:read', aud: resource }),
  revoked: 200,
  after_revocation: { active: false },
});

let python: string;
let grantor: TestServer;
beforeAll(async () => {
  python = await pythonEnvironment(here('requirements.txt'));
  grantor = await startServer({ settings: { resources: [resource] } });
}, INSTALLING);
afterAll(() => grantor.stop());

function run(script: string, task: string, settings: Readonly<Record<string, unknown>>): Promise<Steps> {
  return converse(python, [here(script), task], { issuer: grantor.issuer, ...settings }, (url) =>
    connect(new HttpBrowser(), url, grantor.user),
  );
}

describe.each([
  ['Authlib', 'authlib_app.py'],
  ['requests-oauthlib', 'requests_oauthlib_app.py'],
])('%s', (_, script) => {
  it.each(apps)(
    'completes discovery, code and PKCE, ID token, refresh, userinfo and revocation: %s',
    async (_kind, metadata) => {
      const app = await registerInteropApp(grantor, metadata);
      const steps = await run(script, 'sign-in', { ...app, redirect_uri: redirectUri });

      const { sub } = steps.id_token as { sub: string };
      expect(steps).toEqual({
        id_token: { sub },
        userinfo: expect.objectContaining({ sub, name: 'Ada Lovelace', email: 'ada@example.com' }),
        refreshed: { sub, rotated: true },
        after_refresh: 200,
        revoked: 200,
        after_revocation: 401,
        refresh_after_revocation: 'invalid_grant',
      });
    },
  );

  it('gets a token for the app itself, for one API, by client_credentials', async () => {
    const app = await grantor.register({ grant_types: ['client_credentials'], scopes: ['files:read'] });
    const { client_id, client_secret } = app;
    const method = 'client_secret_basic';
    const steps = await run(script, 'get-token', { client_id, client_secret, method, resource });
    expect(steps.token).toEqual({ scope: 'files:read', type: 'Bearer' });
  });
});

describe('Authlib', () => {
  it('signs assertions with the secret, introspects and revokes: client_secret_jwt', async () => {
    const { client_id, client_secret } = await grantor.register({
      grant_types: ['client_credentials'],
      scopes: ['files:read'],
      token_endpoint_auth_method: 'client_secret_jwt',
    });
    const steps = await run('authlib_app.py', 'act-for-itself', {
      client_id,
      client_secret,
      resource,
      method: 'client_secret_jwt',
      assertion_audience: grantor.issuer,
    });
    expect(steps).toMatchObject(introspected(client_id));
  });

  it.each(['RS256', 'ES256', 'PS256', 'EdDSA'])(
    'signs assertions with its key, introspects and revokes: private_key_jwt with %s',
    async (assertion_alg) => {
      const { publicKey, privateKey } = await generateKeyPair(assertion_alg, { extractable: true });
      const { client_id } = await grantor.register({
        grant_types: ['client_credentials'],
        scopes: ['files:read'],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [await exportJWK(publicKey)] },
      });
      const steps = await run('authlib_app.py', 'act-for-itself', {
        client_id,
        resource,
        assertion_alg,
        method: 'private_key_jwt',
        private_key: await exportJWK(privateKey),
        assertion_audience: grantor.issuer,
      });
      expect(steps).toMatchObject(introspected(client_id));
    },
  );

  it('signs assertions for the URL that it calls, if the deployment allows that', async () => {
    const lenient = await startServer({
      settings: { resources: [resource], assertionAudience: 'issuer-or-token-endpoint' },
    });
    try {
      const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
      const { client_id } = await lenient.register({
        grant_types: ['client_credentials'],
        scopes: ['files:read'],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [await exportJWK(publicKey)] },
      });
      const asking = run('authlib_app.py', 'get-token', {
        issuer: lenient.issuer,
        client_id,
        resource,
        method: 'private_key_jwt',
        private_key: await exportJWK(privateKey),
      });
      expect(await asking).toEqual({ token: { scope: 'files:read', type: 'Bearer' } });
    } finally {
      await lenient.stop();
    }
  });
});
