import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { type RequestParameters, registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addUser } from '../../../../test/kit/users.js';
import { leave } from './leave.js';
import { type StubAnswer, StubProvider } from './stub-provider.js';

const now = () => Math.floor(Date.now() / 1000);

describe('signing in at an OpenID provider', () => {
  let provider: StubProvider;
  let other: StubProvider;
  let grantor: TestServer;
  let app: TestApp;
  let subject: string;

  beforeAll(async () => {
    [provider, other] = await Promise.all([StubProvider.start(), StubProvider.start()]);
    grantor = await startServer({
      settings: {
        signInsPerAddress: 1_000_000,
        providers: [
          {
            id: 'corp',
            name: 'Corp',
            issuer: provider.issuer,
            clientId: 'grantor',
            clientSecret: 'secret of corp',
            trust: { email: 'verified', methods: true },
            domains: ['corp.example'],
            passesAcrValues: true,
          },
          {
            id: 'other',
            name: 'Other',
            issuer: other.issuer,
            clientId: 'grantor-at-other',
            clientSecret: 'other & secret',
            clientAuthentication: 'client_secret_post',
            requiredClaims: { department: ['research'] },
            claims: { nickname: 'handle' },
            createsAccounts: false,
          },
        ],
      },
    });
    app = await registerApp(grantor);
  });
  afterAll(async () => {
    await grantor.stop();
    await provider.stop();
    await other.stop();
  });
  beforeEach(() => {
    subject = randomUUID();
    app = app.inNewBrowser();
  });

  /** Follows the button of the provider on the sign-in page of a request. */
  async function toProvider(parameters: RequestParameters = {}, id = 'corp'): Promise<URL> {
    const page = await app.browser.open(app.authorizationUrl(parameters));
    return leave(app.browser, page, `with-${id}`);
  }

  /** The page, or the redirect, after a visit at the provider. */
  async function signIn(answer: StubAnswer = {}, parameters: RequestParameters = {}): Promise<OpenedPage> {
    const request = await toProvider(parameters);
    return app.browser.open(provider.allow(request, withSubject(answer)).href);
  }

  const withSubject = (answer: StubAnswer): StubAnswer => ({
    ...answer,
    claims: { sub: subject, ...answer.claims },
  });

  const accountOf = async (id = 'corp') =>
    (await grantor.server.store.externalIdentities.find(id, subject))?.account;

  it('sends the request with state, nonce and PKCE (OpenID Connect Core 1.0 §3.1.2.1, RFC 7636 §4.3)', async () => {
    const { origin, pathname, searchParams } = await toProvider();
    expect(origin + pathname).toBe(`${provider.issuer}/authorize`);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'grantor',
      redirect_uri: `${grantor.issuer}/signin/with/corp/callback`,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(Object.keys(Object.fromEntries(searchParams))).not.toContain('prompt');
  });

  it('signs a new user in, and the app gets a code for the account', async () => {
    const email = `${subject}@corp.example`;
    const page = await signIn(
      { claims: { email, email_verified: true, name: 'Ada Lovelace' } },
      { scope: 'openid email' },
    );
    const { left } = await app.browser.submit(page, 'allow');
    const response = await app.exchange(left?.searchParams.get('code') ?? '');
    const { id_token: idToken, access_token: accessToken } = (await response.json()) as Record<
      string,
      string
    >;
    expect(decodeJwt(idToken ?? '')).toMatchObject({
      sub: (await accountOf())?.id,
      acr: 'urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified',
      amr: [],
    });
    expect(await (await app.userinfo(accessToken ?? '')).json()).toMatchObject({
      email,
      email_verified: true,
    });
    expect(provider.tokenRequests.at(-1)?.authorization).toBe(
      `Basic ${Buffer.from('grantor:secret+of+corp').toString('base64')}`,
    );
  });

  it('says how and when the user signed in at a provider that is trusted for it (RFC 8176 §2)', async () => {
    const authTime = now() - 100;
    const acr = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';
    const page = await signIn({ claims: { auth_time: authTime, acr, amr: ['pwd', 'otp', 'made-up'] } });
    const { left } = await app.browser.submit(page, 'allow');
    const response = await app.exchange(left?.searchParams.get('code') ?? '');
    const { id_token: idToken = '' } = (await response.json()) as Record<string, string>;
    expect(decodeJwt(idToken)).toMatchObject({ auth_time: authTime, acr, amr: ['pwd', 'otp'] });
  });

  it('reads the claims that the ID token does not have at the UserInfo endpoint (OpenID Connect Core 1.0 §5.3)', async () => {
    await signIn({ userinfo: { sub: subject, name: 'Grace Hopper' } });
    expect(await accountOf()).toMatchObject({ name: 'Grace Hopper', email: null });
  });

  it('passes on what the app asks of the sign-in (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const { searchParams } = await toProvider({
      prompt: 'login select_account',
      login_hint: 'ada',
      acr_values: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
      ui_locales: 'de',
    });
    expect(Object.fromEntries(searchParams)).toMatchObject({
      prompt: 'login select_account',
      max_age: '0',
      login_hint: 'ada',
      acr_values: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
      ui_locales: 'de',
    });
    expect((await toProvider({ max_age: '600' })).searchParams.get('max_age')).toBe('600');
  });

  it.each([
    ['is older', { auth_time: now() - 3600 }],
    ['is not named', {}],
  ])(
    'does not sign in where the app requires a recent sign-in and the one at the provider %s',
    async (_, claims) => {
      for (const parameters of [{ prompt: 'login' }, { max_age: '60' }]) {
        app = app.inNewBrowser();
        const page = await signIn({ claims }, parameters);
        expect([page.status, page.html]).toEqual([
          400,
          expect.stringContaining('does not confirm that you signed in just now'),
        ]);
        expect(app.browser.cookieValue('grantor_session')).toBeUndefined();
      }
    },
  );

  it('signs in where the app requires a recent sign-in and the user has just signed in at the provider', async () => {
    const page = await signIn({ claims: { auth_time: now() } }, { prompt: 'login' });
    expect(page.html).toContain('id="allow"');
  });

  it.each<[string, StubAnswer]>([
    ['is for another nonce', { idToken: { nonce: 'another' } }],
    ['has no nonce', { idToken: { nonce: undefined } }],
    ['is from another issuer', { idToken: { iss: 'https://attacker.example' } }],
    ['is for another client', { idToken: { aud: 'another' } }],
    ['is for several clients without azp', { idToken: { aud: ['grantor', 'another'] } }],
    ['is issued to another client', { idToken: { azp: 'another' } }],
    ['has expired', { idToken: { exp: now() - 3600 } }],
    ['has no subject', { idToken: { sub: '' } }],
    ['has a subject of more than 255 characters', { idToken: { sub: 'x'.repeat(600) } }],
    ['has a control character in its subject', { idToken: { sub: 'a\u0000b' } }],
    ['belongs to another access token', { idToken: { at_hash: 'another' } }],
    ['is signed with the client secret', { header: { alg: 'HS256' } }],
    ['is signed with an unknown key', { header: { alg: 'ES256', kid: 'unknown' } }],
  ])('refuses an ID token that %s (OpenID Connect Core 1.0 §3.1.3.7)', async (_, answer) => {
    const page = await signIn(answer);
    expect([page.status, page.html]).toEqual([400, expect.stringContaining('was not accepted')]);
    expect(app.browser.cookieValue('grantor_session')).toBeUndefined();
    expect(await accountOf()).toBeUndefined();
  });

  it.each([
    [400, 400],
    [500, 503],
  ])('responds to status %i of the token endpoint with status %i', async (tokenStatus, status) => {
    expect((await signIn({ tokenStatus })).status).toBe(status);
  });

  it('refuses a UserInfo response about another user (OpenID Connect Core 1.0 §5.3.2)', async () => {
    const page = await signIn({ userinfo: { sub: 'another', email: 'ada@corp.example' } });
    expect(page.status).toBe(400);
    expect(await accountOf()).toBeUndefined();
  });

  it.each([
    [{ keys: {} }, 503],
    [{ keys: [null, 'key'] }, 400],
  ])('refuses the user of a provider whose JWK Set is %j (RFC 7517 §5)', async (jwks, status) => {
    const broken = await StubProvider.start();
    broken.jwks = jwks;
    const settings = { id: 'broken', name: 'Broken', issuer: broken.issuer, clientId: 'grantor' };
    const server = await startServer({ settings: { providers: [settings] } });
    const atServer = await registerApp(server);
    const { left } = await atServer.browser.open(atServer.authorizationUrl({ domain_hint: 'broken' }));
    const page = await atServer.browser.open(broken.allow(left ?? new URL('about:blank')).href);
    expect([page.status, page.html.includes('id="sign-in"')]).toEqual([status, false]);
    await server.stop();
    await broken.stop();
  });

  it.each([
    ['names another issuer', { iss: 'https://attacker.example' }],
    ['names no issuer although the provider always does', { iss: '' }],
  ])('refuses a response that %s, against mix-up (RFC 9207 §2.4, RFC 9700 §4.4)', async (_, parameters) => {
    const back = provider.allow(await toProvider(), withSubject({}), parameters);
    if (parameters.iss === '') back.searchParams.delete('iss');
    const sent = provider.tokenRequests.length;
    expect((await app.browser.open(back.href)).status).toBe(400);
    expect(provider.tokenRequests).toHaveLength(sent);
  });

  it('refuses a response at the address of another provider, against mix-up (RFC 9700 §4.4.2)', async () => {
    const back = other.allow(await toProvider(), withSubject({}));
    back.pathname = back.pathname.replace('/corp/', '/other/');
    expect((await app.browser.open(back.href)).status).toBe(400);
    expect(other.tokenRequests).toHaveLength(0);
  });

  it('calls no private address that the metadata of a provider names, but not the operator', async () => {
    const [hijacked, internal] = await Promise.all([StubProvider.start(), StubProvider.start()]);
    hijacked.metadata = { token_endpoint: `${internal.issuer}/token`, jwks_uri: `${internal.issuer}/jwks` };
    const settings = {
      id: 'corp',
      issuer: hijacked.issuer,
      clientId: 'grantor',
      clientSecret: 'secret of corp',
    };
    const attacked = await startServer({ settings: { providers: [settings] } });
    const browser = new HttpBrowser();
    const { left } = await browser.open(`${attacked.issuer}/signin/with/corp`);
    if (left === undefined) throw new Error('not sent to the provider');
    expect((await browser.open(hijacked.allow(left, withSubject({})).href)).status).toBe(503);
    expect(internal.calls.size).toBe(0);
    await Promise.all([attacked.stop(), hijacked.stop(), internal.stop()]);
  });

  it('accepts each response once (RFC 9700 §4.2.4)', async () => {
    const back = provider.allow(await toProvider(), withSubject({}));
    expect((await app.browser.open(back.href)).html).toContain('id="allow"');
    const again = await app.browser.open(back.href);
    expect([again.status, again.html]).toEqual([400, expect.stringContaining('was used before')]);
  });

  it('accepts a response once where it arrives twice at once', async () => {
    const back = provider.allow(await toProvider(), withSubject({}));
    const sent = provider.tokenRequests.length;
    await Promise.all([app.browser.open(back.href), app.browser.open(back.href)]);
    expect(provider.tokenRequests).toHaveLength(sent + 1);
  });

  it('refuses a response in another browser, against login CSRF (RFC 6749 §10.12)', async () => {
    const back = provider.allow(await toProvider(), withSubject({}));
    for (const victim of [new HttpBrowser(), app.inNewBrowser().browser]) {
      await victim.open(`${grantor.issuer}/signin`);
      const page = await victim.open(back.href);
      expect([page.status, page.html]).toEqual([400, expect.stringContaining('began in another browser')]);
      expect(victim.cookieValue('grantor_session')).toBeUndefined();
    }
    // The attempt has not spent it.
    expect((await app.browser.open(back.href)).html).toContain('id="allow"');
  });

  it('refuses a code of another visit, against code injection (RFC 9700 §4.5)', async () => {
    const stolen = provider.allow(await toProvider(), withSubject({})).searchParams.get('code') ?? '';
    app = app.inNewBrowser();
    const back = provider.allow(await toProvider(), withSubject({ claims: { sub: 'attacker' } }));
    back.searchParams.set('code', stolen);
    expect((await app.browser.open(back.href)).status).toBe(400);
    expect(app.browser.cookieValue('grantor_session')).toBeUndefined();
  });

  it.each(['', 'made-up', undefined])('refuses the state %s', async (state) => {
    const back = provider.allow(await toProvider(), withSubject({}));
    if (state === undefined) back.searchParams.delete('state');
    else back.searchParams.set('state', state);
    const page = await app.browser.open(back.href);
    expect(page.status).toBe(400);
  });

  it('shows no text of the provider where it refuses, and leads back to the sign-in page of the request', async () => {
    const request = await toProvider();
    const back = provider.allow(
      request,
      {},
      { error: 'access_denied', error_description: 'Call 555-0100 now' },
    );
    back.searchParams.delete('code');
    const page = await app.browser.open(back.href);
    expect(page.status).toBe(400);
    expect(page.html).not.toContain('555');
    expect((await leave(app.browser, page, 'another-way').catch(() => undefined)) ?? page.html).toContain(
      'ticket=',
    );
  });

  it('does not sign in to an account that has the email address already, and leads to connecting both', async () => {
    const victim = await addUser(grantor);
    const page = await signIn({ claims: { email: victim.email, email_verified: true } });
    expect(page.html).toContain('is not connected with an account here');
    expect(page.html).not.toContain(victim.email);
    expect(app.browser.cookieValue('grantor_session')).toBeUndefined();
    expect(await accountOf()).toBeUndefined();
  });

  it('takes over no email address that the provider has not verified, even if an account here has it', async () => {
    const victim = await addUser(grantor);
    await signIn({ claims: { email: victim.email, email_verified: false } });
    expect(await accountOf()).toMatchObject({ email: null });
  });

  it('refuses a user without a required claim, and creates no account for a provider that may not', async () => {
    const back = (claims: Readonly<Record<string, unknown>>) => async () =>
      app.browser.open(other.allow(await toProvider({}, 'other'), withSubject({ claims })).href);
    const refused = await back({ department: 'sales' })();
    expect([refused.status, refused.html]).toEqual([403, expect.stringContaining('cannot be used here')]);
    expect((await back({ department: 'research' })()).html).toContain(
      'is not connected with an account here',
    );
    expect(await accountOf('other')).toBeUndefined();
    const { form } = other.tokenRequests.at(-1) ?? {};
    expect(form?.get('client_secret')).toBe('other & secret');
  });

  it.each([
    ['domain_hint', { domain_hint: 'corp.example' }],
    ['domain_hint with the ID of the provider', { domain_hint: 'corp' }],
    ['login_hint', { login_hint: 'Ada@CORP.example' }],
  ])('leads directly to the provider that %s means', async (_, parameters) => {
    const { left } = await app.browser.open(app.authorizationUrl(parameters));
    expect(left?.origin).toBe(provider.issuer);
  });

  it.each(['attacker.example', '//attacker.example', 'https://attacker.example', 'constructor'])(
    'ignores the hint %s, which no provider has',
    async (hint) => {
      const page = await app.browser.open(
        app.authorizationUrl({ domain_hint: hint, login_hint: `ada@${hint}` }),
      );
      expect([page.left, page.html]).toEqual([undefined, expect.stringContaining('id="sign-in"')]);
    },
  );

  it('calls the provider once for many clicks on its button, and stores nothing for them', async () => {
    const before = provider.calls.get('/.well-known/openid-configuration');
    const request = await toProvider();
    for (let click = 0; click < 20; click += 1) await toProvider();
    expect(provider.calls.get('/.well-known/openid-configuration')).toBe(before ?? 1);
    expect(await grantor.server.store.spentTickets.purge(Number.MAX_SAFE_INTEGER, 0)).toBe(0);
    expect(request.searchParams.get('state')?.length).toBeLessThan(4000);
  });

  it('refuses an unknown provider, and a response by a form where the provider sends none', async () => {
    expect((await app.browser.open(`${grantor.issuer}/signin/with/unknown`)).status).toBe(404);
    expect((await app.browser.open(`${grantor.issuer}/signin/with/constructor/callback`)).status).toBe(404);
    const body = new URLSearchParams({ code: 'x', state: 'y' });
    const { status } = await app.browser.open(`${grantor.issuer}/signin/with/corp/callback`, {
      method: 'POST',
      body,
    });
    expect(status).toBe(400);
  });
});
