import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { ada, answer, challengeFor, challengeIn, pages, redirectOf } from './operator.js';

describe('the pages of the operator for sign-in and consent', () => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    grantor = await startServer({ settings: { ...pages, compat: 'none' } });
    app = (await registerApp(grantor)).with({ browser: new HttpBrowser() });
  });
  afterAll(() => grantor.stop());

  const sessionCookie = () => app.browser.cookieValue('grantor_session');

  it('have answers and challenges of their own, which count at no other page', async () => {
    const signedIn = await redirectOf(answer(grantor, await challengeFor(app), 'accept', { user: ada }));
    const elsewhere = await app.browser.open(signedIn.replace('/signin/continue', '/consent/continue'));
    expect([elsewhere.status, elsewhere.left, sessionCookie()]).toEqual([400, undefined, undefined]);

    const { left } = await app.browser.open(signedIn);
    const challenge = challengeIn(left, 'consent');
    expect((await answer(grantor, challenge, 'accept', { user: ada })).status).toBe(404);

    const before = sessionCookie();
    const allowed = await redirectOf(answer(grantor, challenge, 'accept', undefined, 'consent'));
    const atSignIn = await app.browser.open(allowed.replace('/consent/continue', '/signin/continue'));
    expect([atSignIn.status, atSignIn.left, sessionCookie()]).toEqual([400, undefined, before]);
    const { left: back } = await app.browser.open(allowed);
    expect(back?.searchParams.has('code')).toBe(true);
  });

  it('are answered with an API key only: the session of an administrator signs in no other user', async () => {
    const account = await grantor.server.store.accounts.findByLogin(ada.claims.email);
    await bodyOf(grantor.api('PATCH', `/accounts/${account?.id}`, { is_admin: true }), 200);
    const api = `${grantor.issuer}/api/2.0`;
    const request = (path: string, init: RequestInit = {}) => app.browser.request(api + path, init);
    expect((await request('/clients')).status).toBe(200);
    const other = app.with({ browser: new HttpBrowser() });
    const path = `/sign-in-requests/${await challengeFor(other)}`;
    expect((await request(path)).status).toBe(403);
    const accepted = await request(`${path}/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: grantor.issuer },
      body: JSON.stringify({ user: { id: 'victim' } }),
    });
    expect(accepted.status).toBe(403);
  });
});
