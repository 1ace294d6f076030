import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendAtOnce } from '../../../../test/kit/at-once.js';
import { purgeAt } from '../../../../test/kit/purge.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf, registerApp, type TestApp, type TestTokens } from '../../../../test/kit/test-app.js';

const invalidGrant = { status: 400, error: 'invalid_grant' };

describe.each(databases)('refresh tokens rotate, on %s (RFC 6749 §6, RFC 9700 §4.14.2)', (database) => {
  let grantor: TestServer;
  let app: TestApp;
  let now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    grantor = await startServer({ database, clock: () => now });
    app = await registerApp(grantor);
  });
  afterAll(() => grantor.stop());

  const refreshed = async (token: string) => (await (await app.refresh(token)).json()) as TestTokens;

  it('each refresh gives a new access token and a new refresh token, for the same scopes', async () => {
    const first = await app.tokens({ scope: 'openid files:read' });
    const second = await refreshed(first.refresh_token);
    const third = await refreshed(second.refresh_token);
    expect(new Set([first, second, third].map((tokens) => tokens.refresh_token)).size).toBe(3);
    expect(new Set([first, second, third].map((tokens) => tokens.access_token)).size).toBe(3);
    expect(third.scope).toBe('openid files:read');
    expect((await app.userinfo(third.access_token)).status).toBe(200);
  });

  it.each(['jwt', 'opaque'])(
    'a retry within 30 seconds gets the same response, byte for byte (%s)',
    async (format) => {
      const other = await registerApp(grantor, { access_token_format: format });
      const { refresh_token: token } = await other.tokens();
      const answer = await (await other.refresh(token)).text();
      now += 30;
      const retry = await other.refresh(token);
      expect(retry.status).toBe(200);
      expect(retry.headers.get('cache-control')).toBe('no-store');
      expect(await retry.text()).toBe(answer);
      const { access_token: accessToken } = JSON.parse(answer) as TestTokens;
      expect((await other.userinfo(accessToken)).status).toBe(200);
    },
  );

  it('a later replay is refused and revokes the family, its newest tokens included', async () => {
    const first = await app.tokens();
    const second = await refreshed(first.refresh_token);
    now += 31;
    expect(await refusalOf(await app.refresh(first.refresh_token))).toEqual(invalidGrant);
    expect(await refusalOf(await app.refresh(second.refresh_token))).toEqual(invalidGrant);
    expect((await app.userinfo(second.access_token)).status).toBe(401);
  });

  it('a replay of a token that was spent many refreshes ago ends the family', async () => {
    const first = await app.tokens();
    let newest = await refreshed(first.refresh_token);
    for (let turn = 0; turn < 5; turn += 1) newest = await refreshed(newest.refresh_token);
    expect(await refusalOf(await app.refresh(first.refresh_token))).toEqual(invalidGrant);
    expect((await app.userinfo(newest.access_token)).status).toBe(401);
  });

  it('the window for a retry closes as soon as the successor is used', async () => {
    const first = await app.tokens();
    const second = await refreshed(first.refresh_token);
    const third = await refreshed(second.refresh_token);
    // The clock has not moved: without the use of its successor this were a retry.
    expect(await refusalOf(await app.refresh(first.refresh_token))).toEqual(invalidGrant);
    expect(await refusalOf(await app.refresh(third.refresh_token))).toEqual(invalidGrant);
  });

  it.each([
    ['a scope that was not granted', { scope: 'openid files:write' }],
    ['a resource that was not granted', { resource: 'https://elsewhere.example.com/' }],
    ['a malformed scope', { scope: 'openid "' }],
  ])('a replay ends the family also if it requests %s', async (_, wrong) => {
    const first = await app.tokens();
    const second = await refreshed(first.refresh_token);
    now += 31;
    expect(await refusalOf(await app.refresh(first.refresh_token, wrong))).toEqual(invalidGrant);
    expect(await refusalOf(await app.refresh(second.refresh_token))).toEqual(invalidGrant);
  });

  it('a replay ends the family also after its last token has expired', async () => {
    const first = await app.tokens();
    const second = await refreshed(first.refresh_token);
    const { server } = grantor;
    const claims = JSON.parse(Buffer.from(second.access_token.split('.')[1] ?? '', 'base64url').toString());
    const grantId = (claims as { jti: string }).jti.split('.')[0] ?? '';
    now += 60 * 86_400;
    expect(await refusalOf(await app.refresh(first.refresh_token))).toEqual(invalidGrant);
    expect((await server.store.grants.find(grantId))?.grant.revokedAt).toBe(now);
  });

  it('a replay without the secret of the client, or with a wrong one, ends nothing', async () => {
    const first = await app.tokens();
    const second = await refreshed(first.refresh_token);
    now += 31;
    for (const client_secret of [undefined, 'wrong']) {
      const refusal = await refusalOf(await app.refresh(first.refresh_token, { client_secret }));
      expect(refusal).toEqual({ status: 401, error: 'invalid_client' });
    }
    expect((await app.refresh(second.refresh_token)).status).toBe(200);
  });

  it('a retry that requests other scopes is refused, and ends nothing', async () => {
    const first = await app.tokens();
    const second = await refreshed(first.refresh_token);
    const wrong = await app.refresh(first.refresh_token, { scope: 'openid files:write' });
    expect(await refusalOf(wrong)).toEqual({ status: 400, error: 'invalid_scope' });
    expect((await app.refresh(second.refresh_token)).status).toBe(200);
  });

  it.each([
    ['another scope', { scope: 'openid' }, { scope: 'files:read' }],
    ['no scope', { scope: 'openid' }, {}],
    ['another resource', {}, { resource: 'RESOURCE' }],
  ])(
    'a retry for %s does not get the response of the first request, and ends nothing',
    async (_, one, other) => {
      const first = await app.tokens({ scope: 'openid files:read', resource: grantor.issuer });
      const named = (parameters: Record<string, string>) =>
        'resource' in parameters ? { resource: grantor.issuer } : parameters;
      const answer = await app.refresh(first.refresh_token, named(one));
      expect(answer.status).toBe(200);
      const body = await answer.text();
      expect(await refusalOf(await app.refresh(first.refresh_token, named(other)))).toEqual(invalidGrant);
      expect(await (await app.refresh(first.refresh_token, named(one))).text()).toBe(body);
      const { refresh_token: newest } = JSON.parse(body) as TestTokens;
      expect((await app.refresh(newest)).status).toBe(200);
    },
  );

  it('a retry may name the same scopes in another order', async () => {
    const { refresh_token: token } = await app.tokens({ scope: 'openid files:read' });
    const body = await (await app.refresh(token, { scope: 'openid files:read' })).text();
    expect(await (await app.refresh(token, { scope: 'files:read openid' })).text()).toBe(body);
  });

  it('of two simultaneous refreshes for different scopes, one gets its own response', async () => {
    const { refresh_token: token } = await app.tokens({ scope: 'openid files:read' });
    const scopes = ['openid', 'files:read'] as const;
    const responses = await Promise.all(
      Array.from({ length: 10 }, (_, index) => app.refresh(token, { scope: scopes[index % 2] ?? '' })),
    );
    const given = new Set<string>();
    for (const [index, response] of responses.entries()) {
      const body = (await response.json()) as TestTokens & { error?: string };
      if (response.status === 200) given.add(body.scope);
      else expect(body.error).toBe('invalid_grant');
      if (response.status === 200) expect(body.scope).toBe(scopes[index % 2]);
    }
    expect(given.size).toBe(1);
  });

  it('a retry within the window gets its response also after a purge', async () => {
    const { refresh_token: token } = await app.tokens();
    const answer = await (await app.refresh(token)).text();
    now += 30;
    await purgeAt(grantor, now);
    expect(await (await app.refresh(token)).text()).toBe(answer);
  });

  it('is not active at the second of its expiry (RFC 7662 §2.2)', async () => {
    const { refresh_token: token } = await app.tokens();
    const isActive = async () =>
      ((await (await app.post('/oauth2/introspect', { token })).json()) as { active: boolean }).active;
    now += 60 * 86_400 - 1;
    expect(await isActive()).toBe(true);
    now += 1;
    expect(await isActive()).toBe(false);
    expect(await refusalOf(await app.refresh(token))).toEqual(invalidGrant);
  });

  it('any token of a family that a client revokes ends the family (RFC 7009 §2.1)', async () => {
    const first = await app.tokens();
    const second = await refreshed(first.refresh_token);
    await app.revoke(first.refresh_token);
    expect(await refusalOf(await app.refresh(second.refresh_token))).toEqual(invalidGrant);
  });

  it('a forged refresh token ends nothing, also if it resembles a real one', async () => {
    const { refresh_token: token } = await app.tokens();
    const madeUp = 'A'.repeat(43) + token.slice(43);
    expect(await refusalOf(await app.refresh(madeUp))).toEqual(invalidGrant);
    expect((await app.refresh(token)).status).toBe(200);
  });

  it('a replay ends only its own family', async () => {
    const [one, other] = [await app.tokens(), await app.tokens()];
    await refreshed(one.refresh_token);
    now += 31;
    await app.refresh(one.refresh_token);
    expect((await app.refresh(other.refresh_token)).status).toBe(200);
  });

  it('expires 60 days after its issue, as each successor does', async () => {
    const first = await app.tokens();
    now += 60 * 86_400 - 1;
    const second = await refreshed(first.refresh_token);
    now += 60 * 86_400 - 1;
    const third = await refreshed(second.refresh_token);
    now += 60 * 86_400;
    expect(await refusalOf(await app.refresh(third.refresh_token))).toEqual(invalidGrant);
  });

  it('the attempt of another client is refused, and the token stays valid', async () => {
    const thief = await registerApp(grantor);
    const { refresh_token: token } = await app.tokens();
    expect(await refusalOf(await thief.refresh(token))).toEqual(invalidGrant);
    const second = await refreshed(token);
    now += 31;
    expect(await refusalOf(await thief.refresh(token))).toEqual(invalidGrant);
    expect((await app.refresh(second.refresh_token)).status).toBe(200);
  });

  it('scope may request fewer scopes for one access token, and all again later (RFC 6749 §6)', async () => {
    const first = await app.tokens({ scope: 'openid profile files:read' });
    const less = (await (await app.refresh(first.refresh_token, { scope: 'openid' })).json()) as TestTokens;
    expect(less.scope).toBe('openid');
    expect(await (await app.userinfo(less.access_token)).json()).toEqual({ sub: expect.any(String) });
    const all = await refreshed(less.refresh_token);
    expect(all.scope).toBe('openid profile files:read');
  });

  it('scope may never request more, and the attempt does not spend the token', async () => {
    const { refresh_token: token } = await app.tokens({ scope: 'files:read' });
    expect(await refusalOf(await app.refresh(token, { scope: 'files:read files:write' }))).toEqual({
      status: 400,
      error: 'invalid_scope',
    });
    expect((await app.refresh(token)).status).toBe(200);
  });

  it('200 simultaneous refreshes with one token get the same response with one successor', async () => {
    const { refresh_token: token } = await app.tokens();

    const answers = await sendAtOnce(Array.from({ length: 200 }, () => app.refreshForm(token)));

    expect(answers.filter(({ status }) => status === 200)).toHaveLength(200);
    const bodies = new Set(answers.map(({ text }) => text));
    expect(bodies.size).toBe(1);
    const [body = ''] = bodies;
    const successor = JSON.parse(body) as TestTokens;
    expect((await app.userinfo(successor.access_token)).status).toBe(200);
    expect((await app.refresh(successor.refresh_token)).status).toBe(200);
  });
});

it('with a retry window of 0 seconds, every second use is a replay (RFC 9700 §4.14.2)', async () => {
  const grantor = await startServer({ settings: { refreshRetrySeconds: 0 } });
  try {
    const app = await registerApp(grantor);
    const { refresh_token: token } = await app.tokens();
    expect((await app.refresh(token)).status).toBe(200);
    expect(await refusalOf(await app.refresh(token))).toMatchObject(invalidGrant);
  } finally {
    await grantor.stop();
  }
});
