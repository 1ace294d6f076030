import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { purgeAt } from '../../../../test/kit/purge.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, TestApp } from '../../../../test/kit/test-app.js';
import { manage, nativeApp, register, registered } from '../registration/support.js';

describe.each(databases)('apps that registered themselves, on %s', (database) => {
  let now = 1_800_000_000;
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database, settings: { registration: 'open' }, clock: () => now });
  });
  afterAll(() => grantor.stop());

  async function nativeAppAt(redirectUri: string): Promise<TestApp> {
    const { client_id: id } = await registered(grantor, {
      ...nativeApp,
      redirect_uris: [redirectUri],
      subject_type: 'pairwise',
    });
    return new TestApp(grantor.issuer, id, undefined, redirectUri, grantor.user);
  }

  it("cannot join a website's sector by an app scheme with its host (OpenID Connect Core 1.0 §8.1): correlation of pairwise subjects", async () => {
    const website = await registerApp(grantor, {
      subject_type: 'pairwise',
      redirectUris: ['https://bank.example/callback'],
    });
    const stranger = await nativeAppAt('com.stranger.app://bank.example/callback');
    const [known, learned] = [await website.tokens(), await stranger.tokens()];
    expect(decodeJwt(learned.id_token).sub).not.toBe(decodeJwt(known.id_token).sub);
  });

  it("cannot join another app's sector by naming its scheme first (OpenID Connect Core 1.0 §8.1): correlation of pairwise subjects", async () => {
    const response = await register(grantor, {
      ...nativeApp,
      redirect_uris: ['com.bank.app:/callback', 'com.stranger.app:/callback'],
      subject_type: 'pairwise',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: 'invalid_client_metadata',
      error_description: expect.stringContaining('sector_identifier_uri'),
    });
  });

  it('cannot make users read an app scheme as the host of a website (RFC 8252 §8.6): consent phishing', async () => {
    const stranger = await nativeAppAt('com.stranger.app://accounts.example/callback');
    const browser = new HttpBrowser();
    const page = await browser.open(stranger.authorizationUrl());
    const { username, password } = grantor.user;
    const consent = await browser.signIn(page, { username, password });
    for (const { html } of [page, consent]) {
      const shown = html.replaceAll(/<[^>]*>/g, ' ');
      expect(shown).toContain('com.stranger.app');
      expect(shown).not.toContain('accounts.example');
    }
  });

  it('are not purged while the operator uses them as a resource or for client credentials: deletion of apps in use', async () => {
    const confidential = async (name: string, contacts: readonly string[] = []) =>
      registered(grantor, { client_name: name, redirect_uris: ['https://a.example/cb'], contacts });
    const [program, api, pretender] = [
      await confidential('Program'),
      await confidential('API'),
      await confidential('Pretender', ['protected_resources', 'client_credentials']),
    ];
    const changes = [
      [program, { grant_types: ['authorization_code', 'client_credentials'] }],
      [api, { protected_resources: ['https://api.example'] }],
    ] as const;
    for (const [app, change] of changes) {
      expect((await grantor.api('PATCH', `/clients/${app.client_id}`, change)).status).toBe(200);
    }
    now += 86_401;
    await purgeAt(grantor, now);
    const found = await Promise.all([program, api, pretender].map((app) => manage(app, 'GET')));
    expect(found.map(({ status }) => status)).toEqual([200, 200, 401]);
  });

  it('get a link and no redirect at logout without an ID token (RP-Initiated Logout 1.0 §3): open redirect', async () => {
    const elsewhere = 'https://stranger.example/bait';
    const app = await registered(grantor, {
      redirect_uris: ['https://stranger.example/callback'],
      post_logout_redirect_uris: [elsewhere],
    });
    const request = new URLSearchParams({
      client_id: app.client_id,
      post_logout_redirect_uri: elsewhere,
    }).toString();
    const browser = new HttpBrowser();
    const page = await browser.open(`${grantor.issuer}/oauth2/logout?${request}`);
    expect(page.left).toBeUndefined();
    expect(page.status).toBe(200);
    expect(page.html).toContain(`href="${elsewhere}"`);
    expect(page.html).not.toContain('<script');
  });

  it('a URL with a NUL is unknown and does not make the server fail: null byte', async () => {
    for (const path of ['/clients/a%00b', '/registration-tokens/a%00b']) {
      expect((await grantor.api('DELETE', path)).status).toBe(404);
    }
  });
});
