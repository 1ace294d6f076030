import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, TestApp, type TestTokens } from '../../../../test/kit/test-app.js';
import { createSubjects } from '../../src/accounts/subject.js';
import { systemRandom } from '../../src/crypto/random.js';
import { addGrace } from './support/users.js';

let grantor: TestServer;
let accountId: string;
beforeAll(async () => {
  grantor = await startServer();
  accountId = (await grantor.server.store.accounts.findByLogin('ada@example.com'))?.id ?? '';
});
afterAll(() => grantor.stop());

const pairwise = (redirectUri: string, metadata: Record<string, unknown> = {}) =>
  registerApp(grantor, { subject_type: 'pairwise', redirectUris: [redirectUri], ...metadata });

const subOf = (token: string) => decodeJwt(token).sub;

/** The `sub` that an app with this redirect URI gets. */
const subAt = async (uri: string) => subOf((await (await pairwise(uri)).tokens()).id_token);

/** A claims parameter that requests one user. */
const asking = (sub: unknown) => JSON.stringify({ id_token: { sub: { value: sub } } });

describe('pairwise subjects (OpenID Connect Core 1.0 §8)', () => {
  it('a public subject is the same for every app', async () => {
    const first = await (await registerApp(grantor)).tokens();
    const second = await (await registerApp(grantor, { redirectUris: ['https://b.example/cb'] })).tokens();
    expect(subOf(first.id_token)).toBe(accountId);
    expect(subOf(second.id_token)).toBe(accountId);
  });

  it('is one in ID tokens, access tokens and userinfo, after a refresh too, and never the public one', async () => {
    const app = await pairwise('https://a.example/callback');
    const tokens = await app.tokens();
    const sub = subOf(tokens.id_token);
    const refreshed = (await (await app.refresh(tokens.refresh_token)).json()) as TestTokens;
    const userinfo = (await (await app.userinfo(tokens.access_token)).json()) as { sub: unknown };
    const all = [subOf(tokens.access_token), subOf(refreshed.id_token), userinfo.sub];
    expect(all).toEqual([sub, sub, sub]);
    expect(sub).toMatch(/^[\x21-\x7e]{1,255}$/); // §2: at most 255 ASCII characters
  });

  it('no token or response has the account ID: correlation by apps', async () => {
    const app = await pairwise('https://a.example/callback', {
      grant_types: ['authorization_code', 'refresh_token', 'implicit'],
      response_types: ['code', 'code id_token token'],
    });
    const callback = await app.authorize({ response_type: 'code id_token token', nonce: 'n' });
    const response = new URLSearchParams(callback.hash.slice(1));
    const tokens = (await (await app.exchange(response.get('code') ?? '')).json()) as TestTokens;
    const userinfo = await (await app.userinfo(tokens.access_token)).text();
    const jwts = [
      response.get('id_token') ?? '',
      response.get('access_token') ?? '',
      tokens.id_token,
      tokens.access_token,
    ];
    const everything = [userinfo, ...jwts.map((token) => JSON.stringify(decodeJwt(token)))].join('\n');
    expect(everything).not.toContain(accountId);
  });

  it('is shared within a sector and differs between sectors (§8.1)', async () => {
    const here = await subAt('https://a.example/one');
    expect(await subAt('https://a.example:8443/two')).toBe(here);
    expect(await subAt('https://b.example/one')).not.toBe(here);
    expect(await subAt('com.example.app:/callback')).not.toBe(here);
  });

  it('differs between users', async () => {
    const app = await pairwise('https://a.example/callback');
    const grace = await addGrace(grantor);
    const { at, id, secret, redirectUri } = app;
    const graces = new TestApp(at, id, secret, redirectUri, grace, new HttpBrowser());
    expect(subOf((await graces.tokens()).id_token)).not.toBe(subOf((await app.tokens()).id_token));
  });

  it('works with opaque access tokens', async () => {
    const app = await pairwise('https://a.example/callback', { access_token_format: 'opaque' });
    const tokens = await app.tokens();
    const userinfo = (await (await app.userinfo(tokens.access_token)).json()) as { sub: unknown };
    expect(userinfo.sub).toBe(subOf(tokens.id_token));
  });

  it('is compared with id_token_hint and a requested sub (§3.1.2.2)', async () => {
    const app = await pairwise('https://a.example/callback');
    const { id_token: hint } = await app.tokens();
    const ask = async (parameters: Record<string, string>) =>
      (await app.authorize({ ...parameters, prompt: 'none' })).searchParams;
    expect((await ask({ id_token_hint: hint })).has('code')).toBe(true);
    expect((await ask({ claims: asking(subOf(hint)) })).has('code')).toBe(true);
    expect((await ask({ claims: asking(accountId) })).get('error')).toBe('login_required');
  });
});

const client = (metadata: Record<string, unknown>) => ({
  metadata: { subject_type: 'pairwise' as const, ...metadata },
  redirectUris: ['https://a.example/cb'],
});

describe('the function behind every sub', () => {
  const user = { id: 'an account' };

  it('returns the same after a restart, since the salt is stored', async () => {
    const { deployment } = grantor.server.store;
    const before = await createSubjects(deployment, systemRandom);
    const after = await createSubjects(deployment, systemRandom);
    expect(after(user, client({}))).toBe(before(user, client({})));
  });

  it('uses the sector of sector_identifier_uri if there is one (§8.1)', async () => {
    const subjectOf = await createSubjects(grantor.server.store.deployment, systemRandom);
    const byDocument = subjectOf(user, {
      ...client({ sector_identifier_uri: 'https://sector.example/uris.json' }),
      redirectUris: ['https://a.example/cb', 'https://b.example/cb'],
    });
    const sameHost = subjectOf(user, { ...client({}), redirectUris: ['https://sector.example/cb'] });
    expect(byDocument).toBe(sameHost);
    expect(byDocument).not.toBe(subjectOf(user, client({})));
  });

  it('returns another subject in another deployment, with another salt', async () => {
    const other = await createSubjects({ keep: async (_name, value) => value }, systemRandom);
    const here = await createSubjects(grantor.server.store.deployment, systemRandom);
    expect(other(user, client({}))).not.toBe(here(user, client({})));
  });
});
