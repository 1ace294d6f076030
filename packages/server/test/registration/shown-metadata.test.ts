import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { TestApp } from '../../../../test/kit/test-app.js';
import { minimal, registered } from './support.js';

describe('the metadata that users see (OpenID Connect Registration 1.0 §2)', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ settings: { registration: 'open' } });
  });
  afterAll(() => grantor.stop());

  it.each([
    ['policy_uri', 'href="https://diary.example/seen"'],
    ['tos_uri', 'href="https://diary.example/seen"'],
  ])('%s is on the sign-in page and on the consent page', async (name, shown) => {
    const client = await registered(grantor, { ...minimal, [name]: 'https://diary.example/seen' });
    const [redirectUri = ''] = minimal.redirect_uris;
    const { issuer, user } = grantor;
    const app = new TestApp(issuer, client.client_id, client.client_secret, redirectUri, user);
    const browser = new HttpBrowser();
    const signIn = await browser.open(app.authorizationUrl());
    expect(signIn.html).toContain('id="sign-in"');
    expect(signIn.html).toContain(shown);
    const { username, password } = user;
    const consent = await browser.signIn(signIn, { username, password });
    expect(consent.html).toContain('id="allow"');
    expect(consent.html).toContain(shown);
  });

  it('logo_uri is on no page, since the server shows its own copy', async () => {
    const client = await registered(grantor, { ...minimal, logo_uri: 'https://diary.example/seen' });
    const [redirectUri = ''] = minimal.redirect_uris;
    const { issuer, user } = grantor;
    const app = new TestApp(issuer, client.client_id, client.client_secret, redirectUri, user);
    const { html } = await new HttpBrowser().open(app.authorizationUrl());
    expect(html).toContain('id="sign-in"');
    expect(html).not.toContain('diary.example/seen');
  });
});
