import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import {
  type RequestParameters,
  registerApp,
  TestApp,
  type TestTokens,
} from '../../../../test/kit/test-app.js';
import { responseTo, verifiedIdToken } from './support/responses.js';
import { addGrace, recorded } from './support/users.js';

let grantor: TestServer;
let grace: TestServer['user'];
beforeAll(async () => {
  grantor = await startServer();
  grace = await addGrace(grantor);
});
afterAll(() => grantor.stop());

/** An app that Grace uses. */
async function graceApp(metadata: Record<string, unknown> = {}): Promise<TestApp> {
  const { at, id, secret, redirectUri } = await registerApp(grantor, metadata);
  return new TestApp(at, id, secret, redirectUri, grace);
}

const asking = (claims: unknown): RequestParameters => ({ claims: JSON.stringify(claims) });

const userinfoOf = async (app: TestApp, tokens: TestTokens) =>
  (await (await app.userinfo(tokens.access_token)).json()) as Record<string, unknown>;

const open = (app: TestApp, parameters: RequestParameters) =>
  app.browser.open(app.authorizationUrl(parameters));

const subOf = (tokens: TestTokens) => String(decodeJwt(tokens.id_token).sub);

const errorOf = (callback: URL) => callback.searchParams.get('error');

describe('standard claims (OpenID Connect Core 1.0 §5.1, §5.4)', () => {
  const { address, phone_number, phone_number_verified, ...profile } = recorded;
  const sub = expect.any(String) as string;

  it.each([
    ['address', { address }],
    ['phone', { phone_number, phone_number_verified }],
    ['email', { email: 'grace@example.com', email_verified: true }],
    [
      'profile',
      {
        ...profile,
        name: 'Grace Hopper',
        given_name: 'Grace',
        family_name: 'Hopper',
        preferred_username: 'grace@example.com',
        updated_at: expect.any(Number) as number,
      },
    ],
  ])('the scope "%s" gives its claims and no others', async (scope, claims) => {
    const app = await graceApp();
    const tokens = await app.tokens({ scope: `openid ${scope}` });
    expect(await userinfoOf(app, tokens)).toEqual({ sub, ...claims });
  });

  it('a claim without a value is left out, never null or empty (§5.3.2)', async () => {
    const app = await registerApp(grantor);
    const tokens = await app.tokens({ scope: 'openid address phone' });
    expect(await userinfoOf(app, tokens)).toEqual({ sub });
  });

  it('email_verified is false, and not left out, for an unverified address, in userinfo and ID token', async () => {
    const email = 'unverified@example.com';
    const password = 'not-verified-at-all';
    const created = await grantor.api('POST', '/accounts', {
      email,
      password,
      name: 'Una Verified',
      email_verified: false,
    });
    expect(created.status).toBe(201);
    const { at, id, secret, redirectUri } = await registerApp(grantor, {
      grant_types: ['authorization_code', 'implicit'],
      response_types: ['code', 'id_token'],
    });
    const app = new TestApp(at, id, secret, redirectUri, { username: email, password, name: 'Una Verified' });
    const unverified = { email, email_verified: false };
    expect(await userinfoOf(app, await app.tokens({ scope: 'openid email' }))).toMatchObject(unverified);
    const byClaim = await app.tokens(asking({ id_token: { email: null, email_verified: null } }));
    expect(await verifiedIdToken(app, byClaim.id_token)).toMatchObject(unverified);
    const { parameters } = await responseTo(app, {
      response_type: 'id_token',
      scope: 'openid email',
      nonce: 'n',
      code_challenge: undefined,
      code_challenge_method: undefined,
    });
    expect(await verifiedIdToken(app, parameters.get('id_token'))).toMatchObject(unverified);
  });
});

describe('the claims parameter (OpenID Connect Core 1.0 §5.5)', () => {
  it('requests single claims, for userinfo or the ID token', async () => {
    const app = await graceApp();
    const tokens = await app.tokens(
      asking({
        userinfo: { nickname: null, phone_number: { essential: true } },
        id_token: { email: { essential: false }, birthdate: null },
      }),
    );
    expect(await userinfoOf(app, tokens)).toEqual({
      sub: expect.any(String) as string,
      nickname: 'Amazing Grace',
      phone_number: '+12125550123',
    });
    const claims = decodeJwt(tokens.id_token);
    expect(claims).toMatchObject({ email: 'grace@example.com', birthdate: '1906-12-09' });
    expect(claims).not.toHaveProperty('nickname');
  });

  it('a missing essential claim is no error (§5.5.1)', async () => {
    const app = await registerApp(grantor);
    const tokens = await app.tokens(asking({ userinfo: { picture: { essential: true } } }));
    expect(Object.keys(await userinfoOf(app, tokens))).toEqual(['sub']);
  });

  it('adds to the claims of the scopes (§5.5)', async () => {
    const app = await graceApp();
    const tokens = await app.tokens({ ...asking({ userinfo: { gender: null } }), scope: 'openid email' });
    expect(Object.keys(await userinfoOf(app, tokens)).toSorted()).toEqual([
      'email',
      'email_verified',
      'gender',
      'sub',
    ]);
  });

  it('ignores unknown claims, members and values (§5.5, §5.5.1)', async () => {
    const app = await graceApp();
    const tokens = await app.tokens(
      asking({
        userinfo: {
          'https://example.com/shoe_size': null,
          name: { value: 'Another name', purpose: 'a reason' },
        },
        id_token: { constructor: null, toString: { values: [1] } },
        verified_claims: [],
      }),
    );
    expect(await userinfoOf(app, tokens)).toMatchObject({ name: 'Grace Hopper' });
  });

  it('applies to the ID token of the authorization response too (§3.3.2.11)', async () => {
    const app = await graceApp({ response_types: ['code id_token'] });
    const { parameters } = await responseTo(app, {
      ...asking({ id_token: { locale: null } }),
      response_type: 'code id_token',
      nonce: 'n',
    });
    expect(await verifiedIdToken(app, parameters.get('id_token'))).toMatchObject({ locale: 'en-US' });
  });

  it('applies after a refresh, to ID token and userinfo (§12.2)', async () => {
    const app = await graceApp();
    const tokens = await app.tokens(asking({ userinfo: { website: null }, id_token: { zoneinfo: null } }));
    const refreshed = (await (await app.refresh(tokens.refresh_token)).json()) as TestTokens;
    expect(decodeJwt(refreshed.id_token)).toMatchObject({ zoneinfo: 'America/New_York' });
    expect(await userinfoOf(app, refreshed)).toMatchObject({ website: 'https://grace.example.com' });
  });

  it('is ignored without openid, like any unknown parameter (RFC 6749 §3.1)', async () => {
    const app = await graceApp();
    const callback = await app.authorize({ claims: 'not JSON', scope: 'files:read' });
    expect(callback.searchParams.has('code')).toBe(true);
  });
});

describe('consent to claims beyond the scopes (OpenID Connect Core 1.0 §3.1.2.4)', () => {
  const birthday = asking({ userinfo: { birthdate: null } });

  it('shows the requested claims in plain words, and requires consent to each once: hidden claims', async () => {
    const app = await graceApp();
    await app.code();
    const page = await open(app, birthday);
    expect(page.html).toContain('See your date of birth');
    await app.browser.submit(page, 'allow');
    expect((await open(app, birthday)).left?.searchParams.has('code')).toBe(true);
    const more = await open(app, asking({ id_token: { birthdate: null, gender: null } }));
    expect(more.html).toContain('See your gender');
  });

  it('prompt=none returns consent_required if a claim was not allowed yet (§3.1.2.6)', async () => {
    const app = await graceApp();
    await app.code();
    const page = await open(app, { ...birthday, prompt: 'none' });
    expect(page.left?.searchParams.get('error')).toBe('consent_required');
  });

  it('a claim is covered by its scope, but a scope is not covered by one of its claims', async () => {
    const app = await graceApp();
    await app.code({ scope: 'openid email' });
    const covered = await open(app, asking({ userinfo: { email: null } }));
    expect(covered.left?.searchParams.has('code')).toBe(true);

    const other = await graceApp();
    await other.code(birthday);
    expect((await open(other, { scope: 'openid profile' })).html).toContain('See your profile');
  });
});

describe('claims that bind the response (OpenID Connect Core 1.0 §5.5.1)', () => {
  it.each(['id_token', 'userinfo'])('responds about the sub that %s names', async (place) => {
    const app = await graceApp();
    const sub = subOf(await app.tokens());
    for (const request of [{ value: sub }, { values: ['other', sub] }, { essential: true, value: sub }]) {
      const callback = await app.authorize({ ...asking({ [place]: { sub: request } }), prompt: 'none' });
      expect(callback.searchParams.has('code')).toBe(true);
    }
  });

  it.each([{ value: 'another user' }, { values: [] }, { value: null }, { values: [1, {}, null] }])(
    'never responds about another user (§3.1.2.2): %j',
    async (request) => {
      const app = await graceApp();
      await app.code();
      const claims = asking({ id_token: { sub: request } });
      expect(errorOf(await app.authorize({ ...claims, prompt: 'none' }))).toBe('login_required');
      // The user who signs in is still not the requested one.
      expect(errorOf(await app.authorize(claims))).toBe('login_required');
    },
  );

  it.each([
    ['id_token', 'userinfo'],
    ['userinfo', 'id_token'],
  ])(
    'two different sub values match no user, though %s names the one who is signed in (§5.5.1)',
    async (right, wrong) => {
      const app = await graceApp();
      const sub = subOf(await app.tokens());
      const claims = asking({ [right]: { sub: { value: sub } }, [wrong]: { sub: { value: 'another' } } });
      expect(errorOf(await app.authorize({ ...claims, prompt: 'none' }))).toBe('login_required');
    },
  );
});
