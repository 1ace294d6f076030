import type { AuthenticatedApplicationUser, SignedInApplicationUser } from '@grantor/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import type { TestApp } from '../../../../test/kit/test-app.js';
import { type EmbeddingHost, openHost } from './host.js';

const password = 'analytical-engine';

const claimsIn = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('an application with users of its own', () => {
  /** The users of the application, by their username. */
  const users = new Map<string, AuthenticatedApplicationUser>();
  /** Its sessions, by their cookie. */
  const sessions = new Map<string, SignedInApplicationUser>();
  const asked: string[] = [];
  let host: EmbeddingHost;
  let app: TestApp;
  let count = 0;

  beforeAll(async () => {
    host = await openHost(({ listener }) => listener, {
      authenticate: (credentials, { address }) => {
        asked.push(`${credentials.username} ${address}`);
        return credentials.password === password ? users.get(credentials.username) : undefined;
      },
      signedInUser: ({ headers }) => sessions.get(/host=(\w+)/.exec(headers.get('cookie') ?? '')?.[1] ?? ''),
      users: { find: async (id) => [...users.values()].find((user) => user.id === id) },
    });
    app = await host.registerApp();
  });
  afterAll(() => host.close());

  function addUser(fields: Partial<AuthenticatedApplicationUser> = {}) {
    count += 1;
    const username = `user-${count}`;
    const user = {
      id: `id-${count}`,
      claims: { name: `User ${count}`, email: `${username}@example.com` },
      ...fields,
    };
    users.set(username, user);
    return { username, password, name: username, user };
  }

  it('checks their passwords itself, and says how they authenticated (OpenID Connect Core 1.0 §2)', async () => {
    const ada = addUser({ acr: 'urn:example:two-factors', amr: ['pwd', 'otp'] });
    const { id_token: idToken } = await app.inNewBrowser(ada).tokens();
    expect(claimsIn(idToken)).toMatchObject({ acr: 'urn:example:two-factors', amr: ['pwd', 'otp'] });
    expect(asked.at(-1)).toMatch(/^user-1 (127\.0\.0\.1|::1)$/);
  });

  it('has a context for a password if it says nothing of it', async () => {
    const { id_token: idToken } = await app.inNewBrowser(addUser()).tokens();
    expect(claimsIn(idToken)).toMatchObject({ amr: ['pwd'], acr: expect.stringContaining('Password') });
  });

  it.each([
    ['a wrong password', () => ({ ...addUser(), password: 'wrong' })],
    ['an unknown username', () => ({ username: 'nobody', password, name: '' })],
    ['the password of an account of the server', () => ({ username: 'ada@example.com', password, name: '' })],
  ])('refuses %s with the same page', async (_what, login) => {
    const { browser } = app.inNewBrowser();
    const page = await browser.signIn(await browser.open(app.authorizationUrl()), login());
    expect(page.status).toBe(400);
    expect(page.html).toContain('id="sign-in"');
  });

  it('is asked no more than ten times for one username from one network', async () => {
    const { username } = addUser();
    const { browser } = app.inNewBrowser();
    const page = await browser.open(app.authorizationUrl());
    const before = asked.length;
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      statuses.push((await browser.signIn(page, { username, password: 'wrong' })).status);
    }
    expect(statuses.slice(-2)).toEqual([429, 429]);
    expect(asked.length - before).toBe(10);
  });

  it('is asked no more often for one username with accents and invisible characters', async () => {
    const { username } = addUser();
    const { browser } = app.inNewBrowser();
    const page = await browser.open(app.authorizationUrl());
    const before = asked.length;
    for (const more of [
      '',
      '\u0301',
      '\u00AD',
      '\u200B',
      '\u3164',
      ' \u0301',
      '\uFE0F',
      '\u2063',
      '\u0308',
      '\u{E0061}',
      '\u180E',
      '\u0323',
    ]) {
      await browser.signIn(page, { username: `us${more}${username.slice(2)}`, password: 'wrong' });
    }
    expect(asked.length - before).toBe(10);
  });

  it('does not sign a user in to an account with the same email address', async () => {
    const thief = addUser({ claims: { email: 'ada@example.com', email_verified: true } });
    const { browser } = app.inNewBrowser();
    const page = await browser.signIn(await browser.open(app.authorizationUrl()), thief);
    expect(page.status).toBe(400);
    expect(browser.cookieValue('grantor_session')).toBeUndefined();
  });

  it('gives the current claims of a user to UserInfo (OpenID Connect Core 1.0 §5.3)', async () => {
    const grace = addUser();
    const { access_token: token } = await app.inNewBrowser(grace).tokens({ scope: 'openid profile' });
    const nameNow = async () => (await bodyOf(app.userinfo(token))).name;
    expect(await nameNow()).toBe(grace.user.claims.name);
    users.set(grace.username, { ...grace.user, claims: { name: 'Grace Hopper' } });
    expect(await nameNow()).toBe('Grace Hopper');
  });

  it('ends all access of a user who does not exist there any more', async () => {
    const gone = addUser();
    const browser = app.inNewBrowser(gone);
    const { access_token: token } = await browser.tokens();
    users.delete(gone.username);
    expect((await app.userinfo(token)).status).toBe(403);
    expect((await app.userinfo(token)).status).toBe(401);
    const again = await browser.browser.open(app.authorizationUrl({ prompt: 'none' }));
    expect(again.left?.searchParams.get('error')).toBe('login_required');
  });

  describe('recognizes a user who is signed in to it', () => {
    const now = () => Math.floor(Date.now() / 1000);
    const withSession = (authTime: number) => {
      const { user } = addUser();
      sessions.set(user.id.replace('-', ''), { ...user, authTime });
      return new HttpBrowser({ cookie: '' });
    };
    /** A browser with a session of the application. */
    const signedIn = (authTime = now() - 1000) => {
      const browser = withSession(authTime);
      browser.plant('host', `id${count}`);
      return browser;
    };

    it('without a form, with the time of that sign-in', async () => {
      const browser = signedIn();
      const page = await browser.open(app.authorizationUrl());
      const { left } = await browser.submit(page, 'allow');
      const { id_token: idToken } = await bodyOf<{ id_token: string }>(
        app.exchange(left?.searchParams.get('code') ?? ''),
      );
      expect(claimsIn(idToken).auth_time).toBe(sessions.get(`id${count}`)?.authTime);
    });

    it.each([[{ prompt: 'login' }], [{ prompt: 'select_account' }], [{ max_age: '500' }]])(
      'but asks where the app requires a sign-in: %j (OpenID Connect Core 1.0 §3.1.2.1)',
      async (parameters) => {
        const page = await signedIn().open(app.authorizationUrl(parameters));
        expect(page.html).toContain('id="sign-in"');
      },
    );

    it.each([
      ['in milliseconds', () => Date.now() - 3_600_000],
      ['that is no number', () => Number.NaN],
    ])('but not with a time of the sign-in %s, with which every one would be recent', async (_, authTime) => {
      for (const parameters of [{}, { max_age: '500' }]) {
        const browser = signedIn(authTime());
        const page = await browser.open(app.authorizationUrl(parameters));
        expect(page.status).toBe(500);
        expect(browser.cookieValue('grantor_session')).toBeUndefined();
      }
    });

    it('where the app asks silently (prompt=none), and opens a session if the user has a consent (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
      const browser = signedIn();
      const silently = async (parameters = {}) =>
        (await browser.open(app.authorizationUrl({ prompt: 'none', ...parameters }))).left?.searchParams;
      expect((await silently())?.get('error')).toBe('consent_required');
      await browser.submit(await browser.open(app.authorizationUrl()), 'allow');
      browser.forget('grantor_session');
      expect((await silently())?.has('code')).toBe(true);
      expect(browser.cookieValue('grantor_session')).toBeDefined();

      browser.forget('grantor_session');
      expect((await silently({ max_age: '500' }))?.get('error')).toBe('login_required');
      expect((await silently({ scope: 'unknown' }))?.get('error')).toBe('invalid_scope');
      sessions.delete(`id${count}`);
      expect((await silently())?.get('error')).toBe('login_required');
      expect(browser.cookieValue('grantor_session')).toBeUndefined();
    });

    it('and asks all others', async () => {
      const browser = new HttpBrowser();
      browser.plant('host', 'unknown');
      expect((await browser.open(app.authorizationUrl())).html).toContain('id="sign-in"');
    });
  });
});
