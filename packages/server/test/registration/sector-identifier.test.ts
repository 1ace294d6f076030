import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { manage, register, registered, sendable } from './support.js';

const redirectUris = ['https://a.example/callback', 'https://b.example/callback'];
let site: Server;
let answer: RequestListener;
let requests = 0;
let at: string;
let grantor: TestServer;

beforeAll(async () => {
  site = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  at = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  grantor = await startServer({
    settings: { registration: 'open', outboundHosts: ['127.0.0.1'] },
  });
});
afterAll(async () => {
  await grantor.stop();
  site.closeAllConnections();
  site.close();
});

const members = () => ({
  client_name: 'Two houses',
  redirect_uris: redirectUris,
  subject_type: 'pairwise',
  sector_identifier_uri: `${at}/sector.json`,
});
const lists =
  (body: unknown, status = 200): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };

it('registers an app if the document lists every redirect URI (OpenID Connect Registration 1.0 §5)', async () => {
  answer = lists([...redirectUris, 'https://c.example/']);
  expect(await registered(grantor, members())).toMatchObject({
    subject_type: 'pairwise',
    sector_identifier_uri: `${at}/sector.json`,
  });
});

it.each([
  ['lists only one of them', lists(redirectUris.slice(0, 1))],
  ['lists none', lists([])],
  ['is no list', lists({ redirect_uris: redirectUris })],
  ['lists something else', lists([redirectUris, 1])],
  ['is not JSON', ((_request, response) => response.end('<html>')) satisfies RequestListener],
  ['answers 404', lists(redirectUris, 404)],
  [
    'redirects (SSRF)',
    ((_request, response) => {
      response.writeHead(302, { location: '/other' }).end();
    }) satisfies RequestListener,
  ],
  [
    'is larger than 64 KiB',
    ((_request, response) => {
      response.end(JSON.stringify([...redirectUris, 'x'.repeat(70_000)]));
    }) satisfies RequestListener,
  ],
  [
    'breaks off',
    ((request) => {
      request.socket.destroy();
    }) satisfies RequestListener,
  ],
])('refuses an app if the document %s', async (_what, behaviour) => {
  answer = behaviour;
  const response = await register(grantor, members());
  const body = (await response.json()) as Record<string, string>;
  expect({ status: response.status, error: body.error }).toEqual({
    status: 400,
    error: 'invalid_client_metadata',
  });
  expect(body.error_description).toContain("'sector_identifier_uri'");
  expect(body.error_description).not.toContain('127.0.0.1');
});

it.each([
  'https://localhost/sector',
  'https://169.254.169.254/latest',
  'https://[::1]/sector',
  'https://10.0.0.1/',
])('does not fetch it from %s, and does not say why (SSRF, CVE-2026-55671)', async (uri) => {
  const response = await register(grantor, { ...members(), sector_identifier_uri: uri });
  expect(await response.json()).toEqual({
    error: 'invalid_client_metadata',
    error_description: "'sector_identifier_uri' cannot be fetched",
  });
});

it('fetches it again if the redirect URIs change, and not after other changes', async () => {
  answer = lists(redirectUris);
  const app = await registered(grantor, members());
  const before = requests;
  const renamed = await manage(app, 'PUT', { ...sendable(app), client_name: 'Two homes' });
  expect(renamed.status).toBe(200);
  expect(requests).toBe(before);
  const moved = { ...sendable(app), redirect_uris: [...redirectUris, 'https://c.example/'] };
  expect((await manage(app, 'PUT', moved)).status).toBe(400);
  expect(requests).toBe(before + 1);
  answer = lists(moved.redirect_uris);
  expect((await manage(app, 'PUT', moved)).status).toBe(200);
});

it('applies to the management API too', async () => {
  answer = lists(redirectUris.slice(0, 1));
  const refused = await grantor.api('POST', '/clients', {
    name: 'Two houses',
    redirect_uris: redirectUris,
    sector_identifier_uri: `${at}/sector.json`,
  });
  expect(refused.status).toBe(400);
  expect(await refused.text()).toContain('sector_identifier_uri');
  answer = lists(redirectUris);
  const { client_id: id } = await grantor.register({
    redirect_uris: redirectUris,
    sector_identifier_uri: `${at}/sector.json`,
  });
  const moved = await grantor.api('PUT', `/clients/${id}`, { redirect_uris: ['https://c.example/'] });
  expect(moved.status).toBe(400);
});

it('a change restores nothing that an administrator removes while the document is read', async () => {
  answer = lists(redirectUris);
  const app = await registered(grantor, { ...members(), scope: 'openid profile email' });
  answer = (request, response) => {
    void grantor
      .api('PATCH', `/clients/${app.client_id}`, { scopes: ['openid'] })
      .then(() => lists(redirectUris)(request, response));
  };
  const changed = {
    ...sendable(app),
    client_name: 'Three houses',
    sector_identifier_uri: `${at}/moved.json`,
  };
  const response = await manage(app, 'PUT', changed);
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ client_name: 'Three houses', scope: 'openid' });
});
