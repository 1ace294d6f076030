import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, xSignatureFor } from '../../../../test/kit/api-calls.js';
import { addCaller, callerFor } from '../../../../test/kit/callers.js';
import { purgeAt } from '../../../../test/kit/purge.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf, registerApp, type TestApp, type TestTokens } from '../../../../test/kit/test-app.js';
import { addUser } from '../../../../test/kit/users.js';

const READ = 'files:read';

const ask = (
  app: TestApp,
  signature: string | undefined,
  parameters: Record<string, string | undefined> = {},
) =>
  app.post(
    '/oauth2/token',
    { grant_type: 'personal_access_token', scope: READ, ...parameters },
    signature === undefined ? {} : { 'x-signature': signature },
  );

async function tokenOf(...request: Parameters<typeof ask>): Promise<TestTokens> {
  const response = await ask(...request);
  const body = (await response.json()) as TestTokens;
  expect(response.status, JSON.stringify(body)).toBe(200);
  return body;
}

describe.each(databases)('the personal_access_token grant on %s', (database) => {
  let grantor: TestServer;
  let now = 1_800_000_000;
  beforeAll(async () => {
    grantor = await startServer({ database, clock: () => now });
  });
  afterAll(() => grantor.stop());

  const signed = async () => {
    const { id: accountId, keyId, headers } = await addCaller(grantor);
    return { signature: await xSignatureFor(grantor, headers), accountId, keyId };
  };

  it('responds with an access token, its type, lifetime and scope, and nothing else: no refresh or ID token', async () => {
    const app = await registerApp(grantor);
    const { signature } = await signed();
    const response = await ask(app, signature, { scope: `openid ${READ} offline_access` });
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: `openid ${READ}`,
    });
  });

  it('signs a JWT about the developer for the audience of the app, without claims of a sign-in (RFC 9068 §2.2)', async () => {
    const app = await registerApp(grantor);
    const { signature, accountId } = await signed();
    const { access_token: token } = await tokenOf(app, signature);
    const keys = createRemoteJWKSet(new URL(`${grantor.issuer}/oauth2/jwks`));
    const { payload } = await jwtVerify(token, keys, { typ: 'at+jwt', currentDate: new Date(now * 1000) });
    expect(payload).toEqual({
      iss: grantor.issuer,
      sub: accountId,
      aud: grantor.issuer,
      client_id: app.id,
      scope: READ,
      iat: now,
      exp: now + 3600,
      jti: expect.any(String),
    });
  });

  it('accepts all credentials of the app, also its secret in the header', async () => {
    const app = await registerApp(grantor, { token_endpoint_auth_method: 'client_secret_basic' });
    const { signature } = await signed();
    const response = await fetch(`${grantor.issuer}/oauth2/token`, {
      method: 'POST',
      headers: {
        'x-signature': signature,
        authorization: `Basic ${Buffer.from(`${app.id}:${app.secret}`).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'personal_access_token', scope: READ }),
    });
    expect(response.status).toBe(200);
  });

  it('is valid for its scopes: userinfo responds to one with openid', async () => {
    const app = await registerApp(grantor);
    const { signature, accountId } = await signed();
    const { access_token: token } = await tokenOf(app, signature, { scope: 'openid' });
    const answer = await app.userinfo(token);
    expect(await answer.json()).toMatchObject({ sub: accountId });
  });

  it.each(['jwt', 'opaque'])('introspects as active until it expires, as %s', async (format) => {
    const app = await registerApp(grantor, { access_token_format: format });
    const { signature } = await signed();
    const { access_token: token } = await tokenOf(app, signature);
    expect(await app.isActive(token)).toBe(true);
    now += 3600;
    expect(await app.isActive(token)).toBe(false);
  });

  it.each(['jwt', 'opaque'])('can be revoked (RFC 7009 §2.1), as %s', async (format) => {
    const app = await registerApp(grantor, { access_token_format: format });
    const { signature } = await signed();
    const { access_token: token } = await tokenOf(app, signature);
    expect((await app.revoke(token)).status).toBe(200);
    expect(await app.isActive(token)).toBe(false);
  });

  it('leaves one live token per user and app: a new one ends the old', async () => {
    const app = await registerApp(grantor);
    const [mine, theirs] = [await signed(), await signed()];
    const first = await tokenOf(app, mine.signature);
    const other = await tokenOf(app, theirs.signature);
    const second = await tokenOf(app, mine.signature);
    expect(await app.isActive(first.access_token)).toBe(false);
    expect(await app.isActive(second.access_token)).toBe(true);
    expect(await app.isActive(other.access_token)).toBe(true);
  });

  it('leaves one live token after twenty simultaneous requests', async () => {
    const app = await registerApp(grantor);
    const { signature } = await signed();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => tokenOf(app, signature)));
    const live = await Promise.all(tokens.map(({ access_token: token }) => app.isActive(token)));
    expect(live.filter((active) => active)).toHaveLength(1);
  });

  it('does not end the grants of the app by other flows', async () => {
    const app = await registerApp(grantor, { scopes: ['openid', READ] });
    const granted = await app.tokens({ scope: `openid ${READ}` });
    const { signature } = await signed();
    await tokenOf(app, signature);
    expect(await app.isActive(granted.access_token)).toBe(true);
  });

  it('writes an event with the user, the credential and the app, and without the token', async () => {
    const app = await registerApp(grantor);
    const { signature, accountId, keyId } = await signed();
    const { access_token: token } = await tokenOf(app, signature);
    const events = await grantor.server.store.audit.list({ limit: 50, after: null });
    const event = events.items.find(
      (candidate) => candidate.type === 'personal_access_token.issued' && candidate.accountId === accountId,
    );
    expect(event).toMatchObject({
      actor: { type: 'account', id: accountId },
      via: `x_signature:api_key:${keyId}`,
      address: expect.stringMatching(/^[\d.:a-f]+$/),
      clientId: app.id,
      after: { scopes: [READ] },
    });
    expect(JSON.stringify(event)).not.toContain(token);
  });

  it('expires no later than the key that it was requested with', async () => {
    const app = await registerApp(grantor);
    const { headers } = await callerFor(grantor, await addUser(grantor), { expiresAt: now + 100 });
    const answer = await tokenOf(app, await xSignatureFor(grantor, headers));
    expect(answer.expires_in).toBe(100);
    const { iat = 0, exp = 0 } = decodeJwt(answer.access_token);
    expect(exp - iat).toBe(100);
  });

  it('keeps its grant until the token expires, as other access tokens do', async () => {
    const app = await registerApp(grantor);
    const { signature } = await signed();
    const { access_token: token } = await tokenOf(app, signature);
    const [grantId = ''] = (decodeJwt(token).jti ?? '').split('.');
    const { store } = grantor.server;
    await purgeAt(grantor, now + 3599);
    expect(await app.isActive(token)).toBe(true);
    await purgeAt(grantor, now + 3600 + 901);
    expect(await store.grants.find(grantId)).toBeUndefined();
  });

  it('is refused to public apps', async () => {
    const app = await registerApp(grantor, { token_endpoint_auth_method: 'none' });
    const { signature } = await signed();
    const refusal = await refusalOf(await ask(app, signature, { client_secret: undefined }));
    expect(refusal).toEqual({ status: 400, error: 'unauthorized_client' });
  });

  it('is refused to apps without users, unless they are registered for it by name', async () => {
    const machine = {
      redirectUris: [],
      grant_types: ['client_credentials'],
      response_types: [],
      scopes: [READ],
    };
    const { signature } = await signed();
    const without = await registerApp(grantor, machine);
    expect(await refusalOf(await ask(without, signature))).toEqual({
      status: 400,
      error: 'unauthorized_client',
    });
    const grant_types = ['client_credentials', 'personal_access_token'];
    await tokenOf(await registerApp(grantor, { ...machine, grant_types }), signature);
  });

  it('requires client authentication: a wrong secret is refused', async () => {
    const app = await registerApp(grantor);
    const { signature } = await signed();
    const refusal = await refusalOf(await ask(app, signature, { client_secret: 'wrong' }));
    expect(refusal).toEqual({ status: 401, error: 'invalid_client' });
  });

  it('refuses a disabled app, and its tokens', async () => {
    const app = await registerApp(grantor);
    const [other, { signature }] = [await registerApp(grantor), await signed()];
    const { access_token: token } = await tokenOf(app, signature);
    await grantor.server.store.clients.update(app.id, { enabled: false, updatedAt: now });
    expect((await refusalOf(await ask(app, signature))).error).toBe('invalid_client');
    expect((await app.userinfo(token)).status).toBe(401);
    await tokenOf(other, signature);
  });

  it('does not let an app exchange its access token for another with more access', async () => {
    const app = await registerApp(grantor, { scopes: [READ, 'grantor.clients:read'] });
    const { signature } = await signed();
    const { access_token: token } = await tokenOf(app, signature, { scope: 'grantor.clients:read' });
    const refusal = await refusalOf(await ask(app, await xSignatureFor(grantor, bearer(token))));
    expect(refusal).toEqual({ status: 400, error: 'invalid_grant' });
  });

  it.each([undefined, '', ' ', 'offline_access'])('requires a scope, and %j is none', async (scope) => {
    const app = await registerApp(grantor, { scopes: [READ, 'offline_access'] });
    const { signature } = await signed();
    expect(await refusalOf(await ask(app, signature, { scope }))).toEqual({
      status: 400,
      error: 'invalid_scope',
    });
  });

  it('refuses a scope that the app is not registered for', async () => {
    const app = await registerApp(grantor, { scopes: [READ] });
    const { signature } = await signed();
    for (const scope of ['files:write', `${READ} files:write`, 'no-such-scope']) {
      expect((await refusalOf(await ask(app, signature, { scope }))).error).toBe('invalid_scope');
    }
  });

  it('refuses an unknown resource', async () => {
    const app = await registerApp(grantor);
    const { signature } = await signed();
    const refusal = await refusalOf(await ask(app, signature, { resource: 'https://elsewhere.example' }));
    expect(refusal.error).toBe('invalid_target');
  });

  it.each([undefined, '', 'x', 'a.b.c', 'ü'.repeat(10), 'x'.repeat(20_000)])(
    'refuses an invalid signature',
    async (signature) => {
      const app = await registerApp(grantor);
      const sent = signature === undefined ? undefined : Buffer.from(signature).toString('latin1');
      expect(await refusalOf(await ask(app, sent))).toEqual({ status: 400, error: 'invalid_grant' });
    },
  );

  it('refuses an expired signature, and one whose key was deleted', async () => {
    const app = await registerApp(grantor);
    const first = await signed();
    now += 301;
    expect((await refusalOf(await ask(app, first.signature))).error).toBe('invalid_grant');
    const second = await signed();
    await grantor.server.store.apiKeys.delete(second.keyId);
    expect((await refusalOf(await ask(app, second.signature))).error).toBe('invalid_grant');
  });

  it('is refused to a disabled user', async () => {
    const app = await registerApp(grantor);
    const { signature, accountId } = await signed();
    const { access_token: token } = await tokenOf(app, signature);
    await grantor.server.store.accounts.update(accountId, () => ({ disabledAt: now, updatedAt: now }));
    expect(await app.isActive(token)).toBe(false);
    expect((await refusalOf(await ask(app, signature))).error).toBe('invalid_grant');
  });

  it('gives a limited key no other scopes', async () => {
    const app = await registerApp(grantor);
    const { headers } = await addCaller(grantor, { scopes: ['grantor.clients:write'] });
    const refusal = await refusalOf(await ask(app, await xSignatureFor(grantor, headers)));
    expect(refusal.error).toBe('invalid_grant');
  });

  it('ignores a signature cookie in requests from other sites', async () => {
    const app = await registerApp(grantor);
    const { signature } = await signed();
    const send = (site: Record<string, string>) =>
      app.post(
        '/oauth2/token',
        { grant_type: 'personal_access_token', scope: READ },
        { cookie: `x-signature=${signature}`, ...site },
      );
    expect((await send({})).status).toBe(200);
    expect((await send({ 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await refusalOf(await send({ 'sec-fetch-site': 'cross-site' }))).error).toBe('invalid_grant');
    expect((await refusalOf(await send({ origin: 'https://evil.example' }))).error).toBe('invalid_grant');
  });
});

describe('personal access tokens if only administrators develop apps', () => {
  it('are refused to guests', async () => {
    const grantor = await startServer({
      settings: { developers: 'administrators', personalAccessTokenSeconds: 60 },
    });
    const app = await registerApp(grantor);
    const guest = await addCaller(grantor);
    expect(await refusalOf(await ask(app, await xSignatureFor(grantor, guest.headers)))).toEqual({
      status: 400,
      error: 'invalid_grant',
    });
    const admin = await addCaller(grantor, { isAdmin: true });
    expect((await tokenOf(app, await xSignatureFor(grantor, admin.headers))).expires_in).toBe(60);
    await grantor.stop();
  });
});
