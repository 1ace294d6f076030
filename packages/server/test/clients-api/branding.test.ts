import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { type ApiCaller, addCaller } from '../../../../test/kit/callers.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { TestApp } from '../../../../test/kit/test-app.js';

const logo = `data:image/svg+xml;base64,${btoa('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 20"><path d="M0 0h90v20z"/></svg>')}`;
const brand = { logo, accent_light: '#7A1F5C', accent_dark: '#ffb3e0', logo_style: 'wordmark' };
const redirectUri = 'https://printer.example/callback';
const fields = { name: 'Photo Printer', redirect_uris: [redirectUri] };

describe('the brand of an app', () => {
  let grantor: TestServer;
  let developer: ApiCaller;

  beforeAll(async () => {
    grantor = await startServer({
      settings: { name: 'Acme', clientBranding: 'verified', registration: 'open' },
    });
    developer = await addCaller(grantor);
  });
  afterAll(() => grantor.stop());

  /** An app of a developer, with a brand. */
  async function branded(verified: boolean): Promise<TestApp> {
    const registered = await bodyOf<{ client_id: string; client_secret: string }>(
      developer.call('POST', '/clients', { ...fields, ...brand }),
      201,
    );
    if (verified) await bodyOf(grantor.api('PATCH', `/clients/${registered.client_id}`, { verified: true }));
    return TestApp.of(grantor, registered, redirectUri);
  }

  /** The sign-in page of a request, and the consent page after it. */
  async function pagesOf(app: TestApp): Promise<readonly string[]> {
    const browser = new HttpBrowser();
    const signIn = await browser.open(app.authorizationUrl());
    const { username, password } = grantor.user;
    const consent = await browser.submit(signIn, 'sign-in', { username, password });
    return [signIn.html, consent.html];
  }

  const isBranded = (html: string) => /\/assets\/accent\/|tile-wide/.test(html);

  it('is on the sign-in and consent pages of its requests once it is verified, and the service stays visible', async () => {
    const app = await branded(true);
    for (const html of await pagesOf(app)) {
      expect(html).toContain('<link rel="stylesheet" href="/assets/accent/light-7a1f5c.css"/>');
      expect(html).toContain('<link rel="stylesheet" href="/assets/accent/dark-ffb3e0.css"/>');
      expect(html).toContain('class="tile tile-wide"');
      expect(html).toContain('<span class="masthead-name" dir="auto">Acme</span>');
      const host = `<bdi class="host">${new URL(grantor.issuer).host}</bdi>`;
      expect(html).toContain(`This page is from <bdi class="strong">Acme</bdi> at ${host}.`);
    }
    expect(isBranded((await new HttpBrowser().open(`${grantor.issuer}/signin`)).html)).toBe(false);
  });

  it('is a stylesheet that follows from its colour alone, and nothing else (CSS injection)', async () => {
    const get = (name: string) => fetch(`${grantor.issuer}/assets/accent/${name}`);
    const light = await get('light-7a1f5c.css');
    expect(light.headers.get('content-type')).toBe('text/css; charset=utf-8');
    expect(await light.text()).toMatch(
      /^@media \(prefers-color-scheme: light\) \{ :root \{ --accent: #7a1f5c; --accent-hover: #[0-9a-f]{6}; --on-accent: #ffffff; --accent-soft: #[0-9a-f]{6}; \} \}$/,
    );
    const etag = light.headers.get('etag') ?? '';
    const again = await fetch(light.url, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    for (const name of [
      'light-ffee00.css',
      'dark-111111.css',
      'light-7a1f5c',
      'grey-7a1f5c.css',
      'light-red%3B%7D.css',
    ]) {
      expect((await get(name)).status, name).toBe(404);
    }
  });

  it('is ignored while no administrator has verified the app (imitation of the service)', async () => {
    for (const html of await pagesOf(await branded(false))) expect(isBranded(html)).toBe(false);
  });

  it.each([{ accent_light: '#0b6655' }, { accent_dark: null }, { logo_style: 'icon' }])(
    'is ignored again after its developer changes it: %j',
    async (changes) => {
      const app = await branded(true);
      await bodyOf(developer.call('PATCH', `/clients/${app.id}`, changes));
      const [signIn = ''] = await pagesOf(app);
      expect(isBranded(signIn)).toBe(false);
    },
  );

  it('cannot be registered by an app that registers itself (RFC 7591 §2)', async () => {
    const response = await fetch(`${grantor.issuer}/oauth2/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_name: 'Acme', redirect_uris: [redirectUri], ...brand, verified: true }),
    });
    const registered = await bodyOf<{ client_id: string; client_secret: string }>(response, 201);
    expect(Object.keys(registered)).not.toContain('accent_light');
    for (const html of await pagesOf(TestApp.of(grantor, registered, redirectUri))) {
      expect(isBranded(html)).toBe(false);
    }
  });

  it('is refused with a colour that users could not read, or that is none (WCAG 2.2 SC 1.4.3)', async () => {
    const refused = (changes: object) =>
      bodyOf<{ errors: readonly { field: string; message: string }[] }>(
        developer.call('POST', '/clients', { ...fields, ...changes }),
        400,
      );
    expect((await refused({ accent_light: '#ffee00', accent_dark: '#203040' })).errors).toMatchObject([
      {
        field: 'accent_light',
        message: expect.stringMatching(
          /^cannot be read: accent #ffee00 on .* 4\.5:1\. Choose a darker colour$/,
        ),
      },
      { field: 'accent_dark', message: expect.stringMatching(/Choose a lighter colour$/) },
    ]);
    expect((await refused({ accent_light: 'red' })).errors).toMatchObject([
      { field: 'accent_light', message: 'must be a colour in six hex digits, such as #0b6655' },
    ]);
    expect((await refused({ logo_style: 'poster' })).errors).toMatchObject([{ field: 'logo_style' }]);
  });

  it('has its changes in the audit trail', async () => {
    const { id } = await branded(true);
    await bodyOf(grantor.api('PATCH', `/clients/${id}`, { accent_light: '#0b6655', verified: true }));
    const { items } = await grantor.server.store.audit.list({ limit: 1, after: null }, { clientId: id });
    expect(items).toMatchObject([
      { type: 'client.updated', before: { accent_light: '#7a1f5c' }, after: { accent_light: '#0b6655' } },
    ]);
  });
});

describe('a server that allows no brands of apps', () => {
  it('refuses them by name, lets them be removed, and serves no colours of apps', async () => {
    const grantor = await startServer();
    const response = await grantor.api('POST', '/clients', {
      ...fields,
      accent_light: '#7a1f5c',
      verified: true,
    });
    expect(await bodyOf(response, 400)).toMatchObject({
      errors: [
        {
          field: 'accent_light',
          message: 'is not allowed by this server. Leave it out, or ask its operator to allow brands of apps',
        },
      ],
    });
    expect((await grantor.api('POST', '/clients', { ...fields, accent_light: null })).status).toBe(201);
    expect((await fetch(`${grantor.issuer}/assets/accent/light-7a1f5c.css`)).status).toBe(404);
    await grantor.stop();
  });
});
