import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

type Shown = Readonly<Record<string, unknown>> & { readonly client_id: string };

const uri = (type: string, bytes: Uint8Array | string) =>
  `data:image/${type};base64,${Buffer.from(bytes).toString('base64')}`;
const pngOf = (more: number) =>
  uri('png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, more]));
const evil = uri(
  'svg+xml',
  '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>',
);
const harmless = uri('svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"></svg>');

describe.each(databases)('the logo of an app on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  const send = async (method: string, path: string, body?: unknown) => {
    const response = await grantor.api(method, path, body);
    return {
      status: response.status,
      etag: response.headers.get('etag'),
      body: (await response.json()) as Shown,
    };
  };
  const create = (fields: Record<string, unknown> = {}) =>
    send('POST', '/clients', { name: 'App', redirect_uris: ['https://app.example.com/cb'], ...fields });

  it('is in every response about the app, and has a URL on this server, which the pages show', async () => {
    const { status, body } = await create({ logo: pngOf(1) });
    expect(status).toBe(201);
    const { client_id: id } = body;
    expect(body).toMatchObject({
      logo: pngOf(1),
      logo_uri: expect.stringMatching(`^${grantor.issuer}/logos/${id}\\?v=[\\w-]{16}$`),
    });
    for (const path of [`/clients/${id}`, `/clients/${id}/info`, `/clients/${id}/public/info`]) {
      expect((await send('GET', path)).body.logo).toBe(pngOf(1));
    }
    for (const path of ['/clients?limit=50', '/clients/info?limit=50']) {
      const { data } = (await send('GET', path)).body as unknown as { data: Shown[] };
      expect(data.find((client) => client.client_id === id)?.logo).toBe(pngOf(1));
    }
    const picture = await fetch(String(body.logo_uri));
    expect(uri('png', await picture.bytes())).toBe(pngOf(1));
  });

  it('is rebuilt if it is an SVG', async () => {
    const { body } = await create({ logo: evil });
    expect(body.logo).toBe(harmless);
    expect(await (await fetch(String(body.logo_uri))).text()).not.toContain('alert');
  });

  it('changes with the ETag and its URL, stays if it is left out, and is removed by null', async () => {
    const { body: first, etag } = await create({ logo: pngOf(1) });
    const path = `/clients/${first.client_id}`;
    const renamed = await send('PATCH', path, { name: 'Renamed' });
    expect(renamed.body).toMatchObject({ logo: pngOf(1), logo_uri: first.logo_uri });
    const changed = await send('PATCH', path, { logo: pngOf(2) });
    expect(changed.body.logo).toBe(pngOf(2));
    expect(changed.body.logo_uri).not.toBe(first.logo_uri);
    expect(new Set([etag, renamed.etag, changed.etag]).size).toBe(3);
    const gone = await send('PATCH', path, { logo: null });
    expect(gone.body.logo).toBeNull();
    expect(gone.body).not.toHaveProperty('logo_uri');
    expect((await fetch(String(changed.body.logo_uri))).status).toBe(404);
  });

  it('is unchanged after a response is sent back, and changes with another picture', async () => {
    const { body } = await create({ logo: pngOf(1) });
    const { client_secret: _, ...shown } = body;
    const path = `/clients/${body.client_id}`;
    expect((await send('PUT', path, shown)).body).toMatchObject({ logo: pngOf(1), logo_uri: body.logo_uri });
    const changed = await send('PUT', path, { ...shown, logo: pngOf(2) });
    expect(changed.body.logo).toBe(pngOf(2));
  });

  it('is replaced by an external URL, and replaces it', async () => {
    const { body } = await create({ logo: pngOf(1) });
    const path = `/clients/${body.client_id}`;
    const elsewhere = 'https://cdn.example.com/logo.png';
    expect((await send('PATCH', path, { logo_uri: elsewhere })).body).toMatchObject({
      logo: null,
      logo_uri: elsewhere,
    });
    expect((await fetch(String(body.logo_uri))).status).toBe(404);
    expect((await send('PATCH', path, { logo: pngOf(3) })).body.logo).toBe(pngOf(3));
    const both = await send('PATCH', path, { logo: pngOf(4), logo_uri: elsewhere });
    expect(both).toMatchObject({ status: 400, body: { errors: [{ field: 'logo_uri' }] } });
  });

  it('is in the response to a decision about scopes, so that it stays when that is sent back', async () => {
    const { call } = await addCaller(grantor);
    const made = await call('POST', '/clients', {
      name: 'App',
      redirect_uris: ['https://app.example.com/cb'],
      scopes: ['files:read', 'grantor.clients:read'],
      logo: pngOf(5),
    });
    const { client_id: id } = (await made.json()) as Shown;
    const decided = await send('POST', `/clients/${id}/scopes/approve`);
    expect(decided).toMatchObject({ status: 200, body: { logo: pngOf(5), pending_scopes: [] } });
    expect((await send('PUT', `/clients/${id}`, decided.body)).body.logo).toBe(pngOf(5));
  });

  it.each([
    ['a page', 'data:text/html;base64,PGgxPg=='],
    ['an address', 'https://cdn.example.com/logo.png'],
    ['a PNG that is none', uri('png', 'GIF89a')],
    ['a picture that is too large', `${pngOf(1).replaceAll('=', '')}${'A'.repeat(345_000)}`],
  ])('is refused: %s', async (_, logo) => {
    expect(await create({ logo })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'logo', code: 'ErrorPattern' }] },
    });
  });

  it('is refused before it is read if the body is larger than any app', async () => {
    expect((await create({ logo: pngOf(1) + 'A'.repeat(600_000) })).status).toBe(413);
  });

  it('is shown on the consent page from this server', async () => {
    const app = await registerApp(grantor, { logo: pngOf(7), scopes: ['openid'] });
    const browser = new HttpBrowser();
    const signIn = await browser.open(app.authorizationUrl());
    const consent = await browser.signIn(signIn, grantor.user);
    expect(consent.html).toContain(`src="${grantor.issuer}/logos/${app.id}?v=`);
  });
});
