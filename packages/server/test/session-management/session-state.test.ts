import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';

let grantor: TestServer;
beforeAll(async () => {
  grantor = await startServer();
});
afterAll(() => grantor.stop());

const stateOf = (app: TestApp) => app.browser.cookieValue('grantor_state');

describe('session_state (Session Management 1.0 §2, §3.2)', () => {
  it('is a salted hash of client, origin and browser state', async () => {
    const app = await registerApp(grantor, { redirectUris: ['https://app.example.com:8443/callback?x=1'] });
    const callback = await app.authorize();
    const [hash, salt] = (callback.searchParams.get('session_state') ?? '').split('.');
    const text = `${app.id} https://app.example.com:8443 ${stateOf(app)} ${salt}`;
    expect(hash).toBe(createHash('sha256').update(text).digest('base64url'));
  });

  it('has a new salt each time, and no space', async () => {
    const app = await registerApp(grantor);
    const states = [
      (await app.authorize()).searchParams.get('session_state'),
      (await app.authorize()).searchParams.get('session_state'),
    ];
    expect(new Set(states).size).toBe(2);
    for (const state of states) expect(state).toMatch(/^[\w-]{43}\.[\w-]{22}$/);
  });

  it('comes with a response in the fragment too', async () => {
    const app = await registerApp(grantor, { response_types: ['code', 'code id_token'] });
    const { hash } = await app.authorize({ response_type: 'code id_token', nonce: 'n' });
    expect(new URLSearchParams(hash.slice(1)).get('session_state')).toMatch(/^[\w-]{43}\./);
  });

  it('is not in responses without a signed-in user, and not for apps whose redirect URI has no origin', async () => {
    const app = await registerApp(grantor);
    expect((await app.authorize({ scope: 'files:read' })).searchParams.has('session_state')).toBe(false);
    const phone = await registerApp(grantor, {
      redirectUris: ['com.example.app:/callback'],
      application_type: 'native',
    });
    expect((await phone.authorize()).searchParams.has('session_state')).toBe(false);
  });
});

describe('the browser state (Session Management 1.0 §3.2)', () => {
  it('is in a cookie that a script can read, set together with the session', async () => {
    const app = await registerApp(grantor);
    const page = await app.browser.open(app.authorizationUrl());
    const { username, password } = app.user;
    const fields = Object.fromEntries(
      [...page.html.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [
        name,
        value,
      ]),
    ) as Record<string, string>;
    const body = new URLSearchParams({ ...fields, username, password });
    const response = await app.browser.request(`${app.at}/signin`, { method: 'POST', body });
    const [session, state] = response.headers.getSetCookie();
    expect(session).toMatch(/^grantor_session=[\w-]+; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(state).toMatch(/^grantor_state=[\w-]{43}; Max-Age=1209600; Path=\/; SameSite=Lax$/);
    expect(stateOf(app)).not.toBe(app.browser.cookieValue('grantor_session'));
  });

  it('stays during the session, also if the session cookie changes', async () => {
    const app = await registerApp(grantor);
    await app.authorize();
    const before = { session: app.browser.cookieValue('grantor_session'), state: stateOf(app) };
    await app.authorize({ prompt: 'login' });
    expect(app.browser.cookieValue('grantor_session')).not.toBe(before.session);
    expect(stateOf(app)).toBe(before.state);
  });

  it('differs for another session of the same user', async () => {
    const app = await registerApp(grantor);
    const phone = app.inNewBrowser();
    await app.authorize();
    await phone.authorize();
    expect(stateOf(phone)).not.toBe(stateOf(app));
  });

  it('is set again with the next response if the browser lost it', async () => {
    const app = await registerApp(grantor);
    await app.authorize();
    const before = stateOf(app);
    app.browser.forget('grantor_state');
    await app.authorize();
    expect(stateOf(app)).toBe(before);
  });

  it('is not set again if the browser has it', async () => {
    const app = await registerApp(grantor);
    await app.authorize();
    const response = await app.browser.request(app.authorizationUrl());
    expect(response.headers.get('location')).toContain('session_state=');
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it('is deleted when the user signs out', async () => {
    const app = await registerApp(grantor);
    const { id_token } = await app.tokens();
    await app.browser.open(`${app.at}/oauth2/logout?id_token_hint=${id_token}`);
    expect(stateOf(app)).toBeUndefined();
  });
});

describe('turned off (GRANTOR_SESSION_MANAGEMENT=off)', () => {
  it('removes session_state, the cookie, the page and the metadata', async () => {
    const off = await startServer({ settings: { sessionManagement: 'off' } });
    try {
      const app = await registerApp(off);
      const callback = await app.authorize();
      expect(callback.searchParams.has('code')).toBe(true);
      expect(callback.searchParams.has('session_state')).toBe(false);
      expect(stateOf(app)).toBeUndefined();
      expect((await fetch(`${off.issuer}/oauth2/check-session`)).status).toBe(404);
      const metadata = await (await fetch(`${off.issuer}/.well-known/openid-configuration`)).json();
      expect(metadata).not.toHaveProperty('check_session_iframe');
      expect(metadata).toHaveProperty('end_session_endpoint');
    } finally {
      await off.stop();
    }
  });
});
