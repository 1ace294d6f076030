import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1]);

describe.each(databases)("the logo at an app's logo_uri, on %s", (database) => {
  let grantor: TestServer;
  let host: Server;
  let origin: string;
  let answer: RequestListener;
  let asked: string[] = [];
  let now = Math.floor(Date.now() / 1000);

  beforeAll(async () => {
    host = createServer((request, response) => {
      asked.push(request.url ?? '');
      answer(request, response);
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
    grantor = await startServer({
      database,
      settings: { outboundHosts: ['127.0.0.1'] },
      clock: () => now,
    });
  });
  afterAll(async () => {
    await grantor.stop();
    const closed = new Promise((resolve) => host.close(resolve));
    host.closeAllConnections();
    await closed;
  });
  beforeEach(() => {
    asked = [];
    serve('image/png', png);
  });
  afterEach(() => host.closeAllConnections());

  function serve(type: string, bytes: Buffer, status = 200): void {
    answer = (_, response) => response.writeHead(status, { 'content-type': type }).end(bytes);
  }

  const registerWith = (logoUri: string) => registerApp(grantor, { logo_uri: logoUri });

  /** The sign-in page in a browser without a session. */
  async function signInPage(app: TestApp): Promise<string> {
    return (await new HttpBrowser().open(app.authorizationUrl())).html;
  }

  const addressIn = (html: string) => /<img src="([^"]+)"/.exec(html)?.[1];

  /** The address on the sign-in page once there is a copy. */
  async function copiedAddress(app: TestApp): Promise<string> {
    await expect.poll(async () => addressIn(await signInPage(app))).toBeDefined();
    return addressIn(await signInPage(app)) ?? '';
  }

  const uploaded = (id: string) =>
    grantor.api('GET', `/clients/${id}`).then(async (response) => (await response.json()) as unknown);

  it('is replaced by the initial of the app until this server has a copy', async () => {
    const app = await registerWith(`${origin}/logo.png`);
    const first = await signInPage(app);
    expect(first).toMatch(/<span class="tile" aria-hidden="true">T<\/span>/);
    expect(first).not.toContain(origin);
    const address = await copiedAddress(app);
    expect(address).toMatch(new RegExp(`^${grantor.issuer}/logos/${app.id}\\?v=[0-9a-f\\w-]{16}$`));
    const picture = await fetch(address);
    expect(picture.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(png);
    expect(asked).toEqual(['/logo.png']);
  });

  it('is a copy on the consent page too, and not an upload', async () => {
    const app = await registerWith(`${origin}/consent.png`);
    const address = await copiedAddress(app);
    const { browser, user } = app;
    const page = await browser.open(app.authorizationUrl());
    const consent = await browser.signIn(page, user);
    expect(consent.html).toContain('id="allow"');
    expect(addressIn(consent.html)).toBe(address);
    expect(await uploaded(app.id)).toMatchObject({ logo: null, logo_uri: `${origin}/consent.png` });
  });

  it('is never loaded from another server: pages allow only pictures of this server (CSP img-src)', async () => {
    const app = await registerWith(`${origin}/csp.png`);
    const response = await fetch(`${grantor.issuer}/signin`);
    expect(response.headers.get('content-security-policy')).toContain("img-src 'self';");
    await copiedAddress(app);
    expect(await signInPage(app)).not.toContain('csp.png');
  });

  it('is copied once, and again if its URL changes', async () => {
    const app = await registerWith(`${origin}/old.png`);
    const old = await copiedAddress(app);
    now += 100_000;
    await signInPage(app);
    expect(asked).toEqual(['/old.png']);
    serve('image/jpeg', jpeg);
    await grantor.api('PUT', `/clients/${app.id}`, { logo_uri: `${origin}/new.jpg` });
    expect(addressIn(await signInPage(app))).toBeUndefined();
    const address = await copiedAddress(app);
    expect(address).not.toBe(old);
    expect((await fetch(address)).headers.get('content-type')).toBe('image/jpeg');
    expect(asked).toEqual(['/old.png', '/new.jpg']);
  });

  it('is not shown after it is removed from the registration', async () => {
    const app = await registerWith(`${origin}/gone.png`);
    const address = await copiedAddress(app);
    await grantor.api('PUT', `/clients/${app.id}`, { logo_uri: null });
    expect(addressIn(await signInPage(app))).toBeUndefined();
    expect((await fetch(address)).status).toBe(404);
  });

  it('is requested at most once a minute, however often its URL changes (denial of service)', async () => {
    const app = await registerWith(`${origin}/0.png`);
    await copiedAddress(app);
    for (const index of [1, 2, 3]) {
      await grantor.api('PUT', `/clients/${app.id}`, { logo_uri: `${origin}/${index}.png` });
      await signInPage(app);
    }
    now += 60;
    await copiedAddress(app);
    expect(asked).toEqual(['/0.png', '/3.png']);
  });

  it('is rebuilt if it is an SVG, without active content', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><rect width="1"/></svg>';
    serve('image/svg+xml; charset=utf-8', Buffer.from(svg));
    const app = await registerWith(`${origin}/logo.svg`);
    const text = await (await fetch(await copiedAddress(app))).text();
    expect(text).toContain('<rect width="1">');
    expect(text).not.toContain('script');
  });

  it.each<[string, () => void]>([
    ['is not found', () => serve('image/png', png, 404)],
    ['is no picture', () => serve('text/html', png)],
    ['is another picture than its type says', () => serve('image/png', jpeg)],
    ['is a format that is not shown', () => serve('image/gif', Buffer.from('GIF89a'))],
    ['is too large', () => serve('image/png', Buffer.concat([png, Buffer.alloc(256_000)]))],
  ])('is replaced by the initial if it %s, and requested again after an hour', async (what, respond) => {
    respond();
    const app = await registerWith(`${origin}/${encodeURIComponent(what)}`);
    await signInPage(app);
    await expect.poll(() => asked).toHaveLength(1);
    await expect
      .poll(async () => (await grantor.server.store.clientLogoCopies.find(app.id))?.askedAt)
      .toBe(now);
    now += 3599;
    expect(addressIn(await signInPage(app))).toBeUndefined();
    expect(asked).toHaveLength(1);
    now += 1;
    serve('image/png', png);
    await copiedAddress(app);
    expect(asked).toHaveLength(2);
  });

  it('delays neither pages nor registration if its host does not respond (denial of service)', async () => {
    answer = () => undefined;
    const apps = await Promise.all(
      Array.from({ length: 10 }, (_, index) => registerWith(`${origin}/slow-${index}`)),
    );
    for (const app of apps) expect(addressIn(await signInPage(app))).toBeUndefined();
    // One copy at a time is requested from a host, and all pages were shown before it responded.
    expect(asked).toHaveLength(1);
  });
});
