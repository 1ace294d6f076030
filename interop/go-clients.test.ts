import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../test/kit/browser.js';
import { startServer, type TestServer } from '../test/kit/servers.js';
import { TestApp } from '../test/kit/test-app.js';
import { apps, redirectUri, registerInteropApp } from './apps.js';
import { converse, type Steps } from './conversation.js';

const source = fileURLToPath(new URL('go', import.meta.url));
const resource = 'https://files.example.com/';

/** Uses only the installed toolchain and the modules in `go.sum`. */
const environment = { ...process.env, GOTOOLCHAIN: 'local', GOFLAGS: '-mod=readonly -buildvcs=false' };
const go = (args: readonly string[], milliseconds: number) =>
  promisify(execFile)('go', args, { cwd: source, env: environment, timeout: milliseconds });

/** Why there is no Go for this module: none at all, or one that is too old. Undefined where there is. */
const absence = await go(['list', '-m'], 20_000).then(
  () => undefined,
  (error: Error & { code?: unknown; stderr?: string }) =>
    error.code === 'ENOENT' ? 'there is no Go toolchain on this machine' : (error.stderr ?? error.message),
);

if (absence === undefined) describe('golang.org/x/oauth2 with github.com/coreos/go-oidc', goClients);
else {
  it(`runs no Go client, x/oauth2 with go-oidc are not shown: ${absence.trim()}`, () => {
    expect(absence).not.toBe('');
  });
}

function goClients(): void {
  let folder: string;
  let grantor: TestServer;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grantor-interop-go-'));
    // The first build of a machine fetches two modules and compiles the standard library.
    await go(['build', '-o', join(folder, 'app'), '.'], 240_000);
    grantor = await startServer({ settings: { resources: [resource] } });
  }, 270_000);
  afterAll(async () => {
    await grantor.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (task: string, settings: Readonly<Record<string, unknown>>): Promise<Steps> =>
    converse(join(folder, 'app'), [task], { issuer: grantor.issuer, ...settings }, (url) =>
      connect(new HttpBrowser(), url, grantor.user),
    );

  const signIn = async (settings: Readonly<Record<string, unknown>>) => {
    const steps = await run('sign-in', { ...settings, redirect_uri: redirectUri });
    const { sub } = steps.id_token as { sub: string };
    expect(steps).toEqual({
      id_token: { sub },
      userinfo: expect.objectContaining({ sub, name: 'Ada Lovelace', email: 'ada@example.com' }),
      refreshed: { sub, rotated: true },
      after_refresh: sub,
    });
  };

  it.each(apps)(
    'completes discovery, code and PKCE, ID token, userinfo and refresh: %s',
    async (_, metadata) => {
      await signIn({ ...(await registerInteropApp(grantor, metadata)) });
    },
  );

  it.each(['PS256', 'EdDSA'])('verifies ID tokens and userinfo signed with %s', async (algorithm) => {
    const app = await grantor.register({
      redirectUris: [redirectUri],
      id_token_signed_response_alg: algorithm,
      userinfo_signed_response_alg: algorithm,
    });
    const { client_id, client_secret } = app;
    await signIn({ client_id, client_secret, algorithm, method: 'client_secret_basic' });
  });

  it.each([
    ['in the header', {}],
    ['in the body', { token_endpoint_auth_method: 'client_secret_post' }],
  ] as const)('finds out by itself how the server wants the secret: %s', async (_, metadata) => {
    await signIn({ ...(await registerInteropApp(grantor, metadata)), method: 'detect' });
  });

  it('gets a token for the app itself, for one API, by client_credentials', async () => {
    const { client_id, client_secret } = await grantor.register({
      grant_types: ['client_credentials'],
      scopes: ['files:read'],
    });
    const method = 'client_secret_basic';
    expect(await run('get-token', { client_id, client_secret, method, resource })).toEqual({
      token: { scope: 'files:read', type: 'Bearer' },
    });
  });

  it('accepts the logout token of the back channel, and refuses an ID token as one', async () => {
    const { promise: told, resolve } = Promise.withResolvers<string>();
    const receive = async (request: IncomingMessage, response: ServerResponse) => {
      resolve(new URLSearchParams(await text(request)).get('logout_token') ?? '');
      response.end();
    };
    const app = createServer((request, response) => void receive(request, response));
    await new Promise<void>((listening) => app.listen(0, 'localhost', listening));
    const host = `localhost:${(app.address() as AddressInfo).port}`;
    const telling = await startServer({ settings: { outboundHosts: [host] } });
    try {
      const { client_id, client_secret } = await telling.register({
        redirectUris: [redirectUri],
        backchannel_logout_uri: `http://${host}/logout`,
      });
      const used = new TestApp(telling.issuer, client_id, client_secret, redirectUri, telling.user);
      const { id_token } = await used.tokens();
      await used.browser.open(`${telling.issuer}/oauth2/logout?id_token_hint=${id_token}`);
      const { sub, sid } = decodeJwt(id_token);

      const settings = { issuer: telling.issuer, client_id, algorithm: 'RS256' };
      const judged = await run('verify-logout', { ...settings, logout_token: await told });
      expect(judged).toEqual({ logout: { sub, sid } });
      const confused = run('verify-logout', { ...settings, logout_token: id_token });
      await expect(confused).rejects.toThrow('event');
    } finally {
      await telling.stop();
      app.closeAllConnections();
      await new Promise((closed) => app.close(closed));
    }
  });
}
