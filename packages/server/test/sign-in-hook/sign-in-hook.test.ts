import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, callWith } from '../../../../test/kit/api-calls.js';
import { formWithButton } from '../../../../test/kit/browser.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addUser, disableUser } from '../../../../test/kit/users.js';
import {
  ada,
  answer,
  challengeFor,
  challengeIn,
  inNewBrowser,
  pages,
  read,
  redirectOf,
  signInWith,
} from './operator.js';

/** A user who has allowed no app anything. */
const newUser = () => ({ id: randomUUID() });

const claimsIn = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('the sign-in page of the operator', () => {
  let now = 1_800_000_000;
  let grantor: TestServer;
  let base: TestApp;
  let app: TestApp;
  beforeAll(async () => {
    grantor = await startServer({
      clock: () => now,
      settings: { signInUrl: pages.signInUrl, compat: 'none' },
    });
    base = await registerApp(grantor);
  });
  afterAll(() => grantor.stop());
  const fresh = () => {
    app = inNewBrowser(base);
    return app;
  };

  it('gets the browser with a challenge, and its server reads what the app asks for', async () => {
    const page = await fresh().browser.open(
      app.authorizationUrl({
        scope: 'openid email',
        login_hint: 'ada',
        max_age: '600',
        acr_values: 'gold silver',
        ui_locales: 'de en',
      }),
    );
    expect(page.left?.href).toMatch(/^https:\/\/example\.com\/sign-in\?theme=dark&sign_in_challenge=[\w-]+$/);
    expect(page.response.headers.get('referrer-policy')).toBe('no-referrer');
    const challenge = challengeIn(page.left, 'sign-in');
    expect(await bodyOf(read(grantor, challenge))).toEqual({
      expires_on: new Date((now + 1800) * 1000).toISOString(),
      client: expect.objectContaining({ client_id: app.id, name: 'Test app' }),
      scopes: ['openid', 'email'],
      login_hint: 'ada',
      prompt: [],
      max_age: 600,
      acr_values: ['gold', 'silver'],
      ui_locales: ['de', 'en'],
      user_id: null,
      earliest_auth_time: new Date((now - 600) * 1000).toISOString(),
    });
  });

  it('says how long the user stays signed in, if that is shorter than other sessions', async () => {
    const maxAgeOf = (page: { response: Response }) =>
      page.response.headers
        .getSetCookie()
        .find((cookie) => cookie.startsWith('grantor_session='))
        ?.match(/max-age=(\d+)/i)?.[1];
    const signInFor = async (seconds?: number) => {
      const challenge = await challengeFor(fresh());
      const to = await redirectOf(
        answer(grantor, challenge, 'accept', { user: newUser(), session_seconds: seconds }),
      );
      return { response: await app.browser.request(to) };
    };
    expect(maxAgeOf(await signInFor(600))).toBe('600');
    const signedIn = now;
    now += 599;
    expect((await app.browser.request(`${grantor.issuer}/account`)).status).toBe(200);
    now += 1;
    expect((await app.browser.request(`${grantor.issuer}/account`)).status).toBe(303);
    now = signedIn;
    expect(maxAgeOf(await signInFor())).toBe(String(14 * 86_400));
    expect(maxAgeOf(await signInFor(31_536_000))).toBe(String(14 * 86_400));
    // A second factor of the server does not make it longer.
    const user = newUser();
    const accept = async () =>
      redirectOf(answer(grantor, await challengeFor(fresh()), 'accept', { user, session_seconds: 600 }));
    await app.browser.open(await accept());
    const found = await grantor.server.store.externalIdentities.find('operator', user.id);
    const authenticator = await addAuthenticator(grantor, { id: found?.account.id ?? '' });
    const to = await accept();
    const asked = await app.browser.open(to);
    const { action, fields } = formWithButton(asked.html, 'verify');
    const code = authenticator.codeAt(now);
    const form = { method: 'POST', body: new URLSearchParams({ ...fields, code }) };
    expect(maxAgeOf({ response: await app.browser.request(grantor.issuer + action, form) })).toBe('600');
    for (const wrong of [0, 59, 60.5, -1, '600', 31_536_001]) {
      const challenge = await challengeFor(fresh());
      const body = { user: newUser(), session_seconds: wrong };
      expect((await answer(grantor, challenge, 'accept', body)).status).toBe(400);
    }
  });

  it('signs its user in with claims, acr and amr, which ID token and UserInfo then have', async () => {
    fresh();
    const consent = await signInWith(
      grantor,
      app,
      { user: ada, acr: 'urn:example:mfa', amr: ['pwd', 'otp'] },
      { scope: 'openid email profile' },
    );
    const { left } = await app.browser.submit(consent, 'allow');
    const tokens = await bodyOf<{ id_token: string; access_token: string }>(
      app.exchange(left?.searchParams.get('code') ?? ''),
    );
    expect(claimsIn(tokens.id_token)).toMatchObject({
      acr: 'urn:example:mfa',
      amr: ['pwd', 'otp'],
      auth_time: now,
    });
    expect(await bodyOf(app.userinfo(tokens.access_token))).toMatchObject(ada.claims);
  });

  it('updates the account of a user who signs in again, whose sub stays', async () => {
    const subOf = async (name: string) => {
      const user = { id: 'user-2', claims: { name, email: 'grace@example.com' } };
      const consent = await signInWith(
        grantor,
        fresh(),
        { user },
        { scope: 'openid profile', prompt: 'consent' },
      );
      const { left } = await app.browser.submit(consent, 'allow');
      const { access_token: token } = await bodyOf<{ access_token: string }>(
        app.exchange(left?.searchParams.get('code') ?? ''),
      );
      return bodyOf<{ sub: string; name: string }>(app.userinfo(token));
    };
    const first = await subOf('Grace Brewster');
    const second = await subOf('Grace Hopper');
    expect([first.name, second.name]).toEqual(['Grace Brewster', 'Grace Hopper']);
    expect(second.sub).toBe(first.sub);
  });

  it('rejects a sign-in, and the app gets its error (OpenID Connect Core 1.0 §3.1.2.6)', async () => {
    const challenge = await challengeFor(fresh());
    const to = await redirectOf(
      answer(grantor, challenge, 'reject', { error: 'access_denied', error_description: 'No licence' }),
    );
    const { left } = await app.browser.open(to);
    expect(Object.fromEntries(left?.searchParams ?? [])).toMatchObject({
      error: 'access_denied',
      error_description: 'No licence',
    });
  });

  it('is not asked for a user who has a session, and prompt=none leads to no page', async () => {
    const silent = await fresh().browser.open(app.authorizationUrl({ prompt: 'none' }));
    expect(silent.left?.searchParams.get('error')).toBe('login_required');
    const consent = await signInWith(grantor, app, { user: newUser() });
    expect(consent.html).toContain('id="allow"');
    await app.browser.submit(consent, 'allow');
    const again = await app.browser.open(app.authorizationUrl({ prompt: 'none' }));
    expect(again.left?.searchParams.has('code')).toBe(true);
  });

  it('must authenticate a user again for prompt=login and max_age (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const user = newUser();
    await signInWith(grantor, fresh(), { user });
    now += 1000;
    const challenge = await challengeFor(app, { prompt: 'login' });
    const asked = await bodyOf(read(grantor, challenge));
    const earliest = new Date(now * 1000).toISOString();
    expect(asked).toMatchObject({ user_id: user.id, prompt: ['login'], earliest_auth_time: earliest });
    const before = { user, auth_time: new Date((now - 1) * 1000).toISOString() };
    const refused = await bodyOf(answer(grantor, challenge, 'accept', before), 400);
    expect(refused.errors).toEqual([expect.objectContaining({ field: 'auth_time', code: 'invalid' })]);
    const page = await app.browser.open(await redirectOf(answer(grantor, challenge, 'accept', { user })));
    expect(page.html).toContain('id="allow"');
  });

  it('works for a user who opens the sign-in page without an app', async () => {
    const page = await fresh().browser.open(`${grantor.issuer}/signin`);
    const challenge = challengeIn(page.left, 'sign-in');
    expect(await bodyOf(read(grantor, challenge))).toMatchObject({ client: null, scopes: [] });
    await app.browser.open(await redirectOf(answer(grantor, challenge, 'accept', { user: ada })));
    expect(app.browser.cookieValue('grantor_session')).toBeDefined();
    // A page of the account that requires a recent authentication.
    const again = await app.browser.open(`${grantor.issuer}/signin?again=1`);
    expect(await bodyOf(read(grantor, challengeIn(again.left, 'sign-in')))).toMatchObject({
      user_id: ada.id,
      earliest_auth_time: new Date(now * 1000).toISOString(),
    });
  });

  describe('refuses', () => {
    it('an answer in another browser, so that an attacker signs no user in to their own account', async () => {
      const challenge = await challengeFor(fresh());
      const to = await redirectOf(answer(grantor, challenge, 'accept', { user: newUser() }));
      const victim = inNewBrowser(base);
      await victim.browser.open(victim.authorizationUrl());
      expect((await victim.browser.open(to)).html).toContain('opened in another browser');
      const stranger = inNewBrowser(base);
      expect((await stranger.browser.open(to)).html).toContain('needs cookies');
      for (const { browser } of [victim, stranger]) {
        expect(browser.cookieValue('grantor_session')).toBeUndefined();
      }
      // It still works where it belongs.
      expect((await app.browser.open(to)).html).toContain('id="allow"');
    });

    it('an answer that was used before', async () => {
      const to = await redirectOf(answer(grantor, await challengeFor(fresh()), 'accept', { user: ada }));
      await app.browser.open(to);
      app.browser.forget('grantor_session');
      const replayed = await app.browser.open(to);
      expect(replayed.status).toBe(400);
      expect(replayed.html).toContain('already answered');
      expect(app.browser.cookieValue('grantor_session')).toBeUndefined();
    });

    it('a second answer to a challenge, also at the same time', async () => {
      const challenge = await challengeFor(fresh());
      const responses = await Promise.all(
        Array.from({ length: 5 }, () => answer(grantor, challenge, 'accept', { user: ada })),
      );
      expect(responses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
        200, 409, 409, 409, 409,
      ]);
      expect((await answer(grantor, challenge, 'reject')).status).toBe(409);
      expect((await read(grantor, challenge)).status).toBe(409);
    });

    it('a challenge after half an hour, and an answer after five minutes', async () => {
      const challenge = await challengeFor(fresh());
      const to = await redirectOf(answer(grantor, await challengeFor(app), 'accept', { user: ada }));
      const { left } = await app.browser.open(`${grantor.issuer}/signin`);
      const withoutApp = answer(grantor, challengeIn(left, 'sign-in'), 'accept', { user: ada });
      const toAccount = await redirectOf(withoutApp);
      now += 300;
      expect((await app.browser.open(to)).html).toContain('expired');
      expect((await app.browser.open(toAccount)).html).toContain('expired');
      expect(app.browser.cookieValue('grantor_session')).toBeUndefined();
      expect((await read(grantor, challenge)).status).toBe(200);
      now += 1500;
      expect((await read(grantor, challenge)).status).toBe(409);
      expect((await answer(grantor, challenge, 'accept', { user: ada })).status).toBe(409);
    });

    it('text that it did not seal, and sealed text of another kind', async () => {
      const challenge = await challengeFor(fresh());
      expect((await read(grantor, `${challenge.slice(0, -8)}AAAAAAAA`)).status).toBe(404);
      expect((await read(grantor, challenge, 'consent')).status).toBe(404);
      const asAnswer = await app.browser.open(`${grantor.issuer}/signin/continue?answer=${challenge}`);
      expect(asAnswer.status).toBe(400);
      for (const query of ['', '?answer=', '?answer=a%00b']) {
        expect((await app.browser.open(`${grantor.issuer}/signin/continue${query}`)).status).toBe(400);
      }
    });

    it('API keys without the scope, and every other credential', async () => {
      const challenge = await challengeFor(fresh());
      const keyWith = async (scopes: readonly string[]) => {
        const { key } = await bodyOf<{ key: string }>(
          grantor.api('POST', '/keys', { name: 'a key', scopes }),
          201,
        );
        return callWith(grantor, key);
      };
      const accounts = await keyWith(['grantor.accounts:write']);
      const reader = await keyWith(['grantor.sign-ins:read']);
      const path = `/sign-in-requests/${challenge}`;
      expect((await accounts('GET', path)).status).toBe(403);
      expect((await reader('GET', path)).status).toBe(200);
      expect((await reader('POST', `${path}/accept`, { user: ada })).status).toBe(403);
      expect((await fetch(`${grantor.issuer}/api/2.0${path}`)).status).toBe(401);
    });

    it.each([
      ['without a user', {}],
      ['without the ID of the user', { user: { claims: {} } }],
      ['with an empty ID', { user: { id: '' } }],
      ['with an unknown claim', { user: { id: 'x', claims: { is_admin: true } } }],
      ['with a malformed claim', { user: { id: 'x', claims: { email: 'no address' } } }],
      ['with a claim of another type', { user: { id: 'x', claims: { email_verified: 'yes' } } }],
      ['with a malformed amr', { user: { id: 'x' }, amr: 'pwd' }],
      ['with a time in the future', { user: { id: 'x' }, auth_time: '2100-01-01T00:00:00Z' }],
    ])('an answer %s, and the challenge can still be answered', async (_what, body) => {
      const challenge = await challengeFor(fresh());
      expect((await answer(grantor, challenge, 'accept', body)).status).toBe(400);
      expect((await answer(grantor, challenge, 'accept', { user: ada })).status).toBe(200);
    });

    it('to sign a user in to an account with the same email address, which belongs to another system', async () => {
      const { email } = await addUser(grantor, { email: 'taken@example.com' });
      const challenge = await challengeFor(fresh());
      const body = { user: { id: 'other', claims: { email, email_verified: true } } };
      expect((await answer(grantor, challenge, 'accept', body)).status).toBe(409);
    });

    it('a user whose account is disabled, before and after the answer', async () => {
      const user = { id: 'user-3', claims: { email: 'user-3@example.com' } };
      const to = await redirectOf(answer(grantor, await challengeFor(fresh()), 'accept', { user }));
      const account = await grantor.server.store.accounts.findByLogin('user-3@example.com');
      await disableUser(grantor, { id: account?.id ?? '' });
      expect((await app.browser.open(to)).left?.searchParams.get('error')).toBe('access_denied');
      expect((await answer(grantor, await challengeFor(fresh()), 'accept', { user })).status).toBe(409);
    });

    it('passwords: its own sign-in form is gone', async () => {
      const posted = await fresh().browser.request(`${grantor.issuer}/signin`, {
        method: 'POST',
        body: new URLSearchParams({ username: grantor.user.username, password: grantor.user.password }),
      });
      expect(posted.status).toBe(403);
      expect(app.browser.cookieValue('grantor_session')).toBeUndefined();
    });
  });

  it('is in the audit trail with the API key that answered', async () => {
    await signInWith(grantor, fresh());
    const { data } = await bodyOf<{ data: readonly Record<string, unknown>[] }>(
      grantor.api('GET', '/audit?type=sign_in_request.accepted&limit=1'),
    );
    expect(data[0]).toMatchObject({ actor: { type: 'api_key' }, after: { user_id: ada.id } });
  });
});

describe('a second factor that every user must have', () => {
  let grantor: TestServer;
  let base: TestApp;
  beforeAll(async () => {
    grantor = await startServer({
      settings: { signInUrl: pages.signInUrl, compat: 'none', secondFactor: 'everybody' },
    });
    base = await registerApp(grantor);
  });
  afterAll(() => grantor.stop());

  it.each([
    ['in acr', { acr: 'https://refeds.org/profile/mfa' }, true],
    ['in amr (RFC 8176 §2)', { amr: ['pwd', 'mfa'] }, true],
    ['nowhere', { acr: 'gold', amr: ['pwd'] }, false],
  ])('is not asked for where the operator says %s that there was one', async (_, said, isEnough) => {
    const page = await signInWith(grantor, inNewBrowser(base), { user: newUser(), ...said });
    expect([page.html.includes('id="allow"'), page.html.includes('id="totp-key"')]).toEqual([
      isEnough,
      !isEnough,
    ]);
  });
});
