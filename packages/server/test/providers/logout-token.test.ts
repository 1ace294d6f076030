import { randomUUID } from 'node:crypto';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf } from '../../../../test/kit/audit-events.js';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { StubProvider } from './stub-provider.js';

const LOGOUT = 'http://schemas.openid.net/event/backchannel-logout';

let provider: StubProvider;
let other: StubProvider;
let unavailable: StubProvider;
let grantor: TestServer;

beforeAll(async () => {
  [provider, other, unavailable] = (await Promise.all([1, 2, 3].map(() => StubProvider.start()))) as [
    StubProvider,
    StubProvider,
    StubProvider,
  ];
  const common = { clientId: 'grantor', clientSecret: 'secret' };
  grantor = await startServer({
    settings: {
      signInsPerAddress: 1_000_000,
      providers: [
        { ...common, id: 'corp', issuer: provider.issuer },
        { ...common, id: 'other', issuer: other.issuer },
        { ...common, id: 'unavailable', issuer: unavailable.issuer },
        { id: 'github', preset: 'github', clientId: 'grantor', clientSecret: 'secret' },
      ],
    },
  });
});
afterAll(async () => {
  await grantor.stop();
  await provider.stop();
  await other.stop();
  await unavailable.stop();
});

/** A user of the provider who is signed in here. */
interface Session {
  readonly sub: string;
  readonly sid: string;
  readonly browser: HttpBrowser;
}

async function signIn(fields: { readonly sub?: string; readonly at?: StubProvider } = {}): Promise<Session> {
  const { sub = randomUUID(), at = provider } = fields;
  const sid = randomUUID();
  const browser = new HttpBrowser();
  const id = at === provider ? 'corp' : 'other';
  const { left } = await browser.open(`${grantor.issuer}/signin/with/${id}`);
  if (left === undefined) throw new Error('the browser stayed');
  await browser.open(at.allow(left, { claims: { sub, sid } }).href);
  expect(await isSignedIn({ browser })).toBe(true);
  return { sub, sid, browser };
}

const isSignedIn = async ({ browser }: Pick<Session, 'browser'>) =>
  (await browser.request(`${grantor.issuer}/account`)).status === 200;

const send = (token: string, id = 'corp') =>
  fetch(`${grantor.issuer}/signin/with/${id}/logout`, {
    method: 'POST',
    body: new URLSearchParams({ logout_token: token }),
  });

const tokenFor = (claims: Readonly<Record<string, unknown>>) => provider.logoutToken('grantor', claims);

describe('a logout token of an OpenID provider', () => {
  it('ends the session that came from the session at the provider, and no other (Back-Channel Logout 1.0 §2.7)', async () => {
    const ended = await signIn();
    const sameUser = await signIn({ sub: ended.sub });
    const response = await send(await tokenFor({ sub: ended.sub, sid: ended.sid }));
    expect(response.status).toBe(200);
    // Back-Channel Logout 1.0 §2.8
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await isSignedIn(ended)).toBe(false);
    expect(await isSignedIn(sameUser)).toBe(true);
  });

  it('ends all sessions of the user without sid, and is a success where there is none (Back-Channel Logout 1.0 §2.7)', async () => {
    const first = await signIn();
    const second = await signIn({ sub: first.sub });
    const foreign = await signIn();
    const sameSubjectElsewhere = await signIn({ sub: first.sub, at: other });
    expect((await send(await tokenFor({ sub: first.sub }))).status).toBe(200);
    expect(await Promise.all([first, second, foreign, sameSubjectElsewhere].map(isSignedIn))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect((await send(await tokenFor({ sub: first.sub }))).status).toBe(200);
  });

  it('leaves an audit event that names the provider', async () => {
    const session = await signIn();
    const token = await tokenFor({ sid: session.sid });
    const found = await grantor.server.store.externalIdentities.find('corp', session.sub);
    expect(await eventsOf(grantor, () => send(token))).toMatchObject([
      { type: 'session.ended', via: 'provider:corp', accountId: found?.account.id },
    ]);
  });

  it('is accepted once (Back-Channel Logout 1.0 §2.6)', async () => {
    const { sub } = await signIn();
    const token = await tokenFor({ sub });
    expect((await send(token)).status).toBe(200);
    const again = await signIn({ sub });
    const response = await send(token);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error_description: expect.stringContaining('jti') });
    expect(await isSignedIn(again)).toBe(true);
  });

  it('is refused with what is wrong, and ends nothing (Back-Channel Logout 1.0 §2.6)', async () => {
    const session = await signIn();
    const { sub, sid } = session;
    const foreignKey = (await generateKeyPair('ES256')).privateKey;
    const now = Math.floor(Date.now() / 1000);
    const wrong: Readonly<Record<string, readonly [string, string]>> = {
      'signed by another key': [
        await provider.logoutToken('grantor', { sub, sid }, { by: foreignKey }),
        'signature',
      ],
      'signed by an unknown key': [
        await provider.logoutToken('grantor', { sub, sid }, { by: foreignKey, header: { kid: 'x' } }),
        'kid',
      ],
      'with an HMAC': [
        await provider.logoutToken(
          'grantor',
          { sub, sid },
          { by: new TextEncoder().encode('secret'.repeat(6)) },
        ),
        'alg',
      ],
      'without a signature': [
        new UnsecuredJWT({ iss: provider.issuer, aud: 'grantor', sub, events: { [LOGOUT]: {} } }).encode(),
        'alg',
      ],
      'of another issuer': [await tokenFor({ sub, sid, iss: other.issuer }), 'iss'],
      'for another client': [await tokenFor({ sub, sid, aud: 'another-client' }), 'aud'],
      'with a nonce': [await tokenFor({ sub, sid, nonce: 'n' }), 'nonce'],
      'without events': [await tokenFor({ sub, sid, events: undefined }), 'events'],
      'with another event': [await tokenFor({ sub, sid, events: { 'urn:example:other': {} } }), 'events'],
      'with an event that is no object': [
        await tokenFor({ sub, sid, events: { [LOGOUT]: 'yes' } }),
        'events',
      ],
      'without sub and sid': [await tokenFor({}), 'neither sid nor sub'],
      'with a sub that is no text': [await tokenFor({ sub: 42 }), 'sub'],
      'without jti': [await tokenFor({ sub, sid, jti: undefined }), 'jti'],
      'without iat': [await tokenFor({ sub, sid, iat: undefined }), 'iat'],
      'without exp': [await tokenFor({ sub, sid, exp: undefined }), 'exp'],
      expired: [await tokenFor({ sub, sid, exp: now - 61 }), 'exp'],
      'valid for years': [await tokenFor({ sub, sid, exp: now + 100_000_000 }), 'exp'],
      'of another type': [
        await provider.logoutToken('grantor', { sub, sid }, { header: { typ: 'at+jwt' } }),
        'typ',
      ],
      'of the user of another session': [await tokenFor({ sub: 'another', sid }), ''],
      'no JWT': ['nonsense', 'signed JWT'],
    };
    for (const [name, [token, problem]] of Object.entries(wrong)) {
      const response = await send(token);
      expect([name, response.status]).toEqual([name, problem === '' ? 200 : 400]);
      const { error_description: description = '' } = (await response.json()) as Record<string, string>;
      expect(description).toContain(problem);
      expect(await isSignedIn(session)).toBe(true);
    }
  });

  it('of one provider is refused at the address of another', async () => {
    const session = await signIn();
    expect((await send(await tokenFor({ sub: session.sub }), 'other')).status).toBe(400);
    expect(await isSignedIn(session)).toBe(true);
  });

  it('must be in one form parameter, and the provider must have sessions', async () => {
    const at = `${grantor.issuer}/signin/with/corp/logout`;
    const token = await tokenFor({ sub: 'x' });
    const bodies: readonly RequestInit[] = [
      { body: new URLSearchParams({}) },
      {
        body: new URLSearchParams([
          ['logout_token', token],
          ['logout_token', token],
        ]),
      },
      { body: JSON.stringify({ logout_token: token }), headers: { 'content-type': 'application/json' } },
      {},
    ];
    for (const body of bodies) expect((await fetch(at, { method: 'POST', ...body })).status).toBe(400);
    expect((await fetch(at)).status).toBe(405);
    expect((await send(token, 'github')).status).toBe(404);
    expect((await send(token, 'unknown')).status).toBe(404);
  });

  it('can be sent again if the keys of the provider could not be read', async () => {
    unavailable.isDown = true;
    const token = await unavailable.logoutToken('grantor', { sub: 'ada' });
    expect((await send(token, 'unavailable')).status).toBe(503);
  });

  it('costs a stranger the limit of the address, while valid ones are not counted', async () => {
    const late = await StubProvider.start();
    const server = await startServer({
      settings: {
        providers: [{ id: 'late', issuer: late.issuer, clientId: 'grantor', clientSecret: 'secret' }],
      },
    });
    const post = (token: string) =>
      fetch(`${server.issuer}/signin/with/late/logout`, {
        method: 'POST',
        body: new URLSearchParams({ logout_token: token }),
      });
    try {
      const forged = await new SignJWT({ iss: late.issuer })
        .setProtectedHeader({ alg: 'ES256', kid: 'unknown' })
        .sign((await generateKeyPair('ES256')).privateKey);
      const statuses: number[] = [];
      for (let count = 0; count < 100; count += 1) statuses.push((await post(forged)).status);
      expect(new Set(statuses)).toEqual(new Set([400]));
      // An unknown key costs few calls of the provider, however often it is sent.
      expect(late.calls.get('/jwks')).toBeLessThanOrEqual(4);
      const refused = await post(await late.logoutToken('grantor', { sub: 'ada' }));
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    } finally {
      await server.stop();
      await late.stop();
    }
  });
});
