import { createHmac } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, callApi, xSignatureFor } from '../../../../test/kit/api-calls.js';
import { addApiKey } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { addSignedInUser, addUser, disableUser } from '../../../../test/kit/users.js';
import { BINDING_SECRET } from '../../src/compat/docspace/x-signature.js';
import { createDeploymentKeys } from '../../src/crypto/deployment-keys.js';
import { sha256 } from '../../src/crypto/hash.js';
import { ownTokenOf, tokenOf } from './access-tokens.js';

const SECRET = 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi';

describe.each(databases)('the x-signature on %s', (database) => {
  let grantor: TestServer;
  let now = 1_800_000_000;
  beforeAll(async () => {
    grantor = await startServer({ database, clock: () => now });
  });
  afterAll(() => grantor.stop());

  const use = (signature: string, path = '/clients') =>
    callApi(grantor, { 'x-signature': signature }, 'GET', path);

  it('is returned in the envelope of the portal, as an HS256 JWT of five minutes for this deployment', async () => {
    const user = await addUser(grantor, { isAdmin: true });
    const { id, key } = await addApiKey(grantor, user);
    const response = await callApi(grantor, bearer(key), 'GET', '/security/oauth2/token');
    expect(response.status).toBe(200);
    const body = (await response.json()) as { response: string };
    expect(body).toEqual({
      response: expect.any(String),
      count: 1,
      links: [{ href: '/api/2.0/security/oauth2/token', action: 'GET' }],
      status: 0,
      statusCode: 200,
    });
    expect(decodeProtectedHeader(body.response)).toEqual({ alg: 'HS256', typ: 'x-signature+jwt' });
    expect(decodeJwt(body.response)).toEqual({
      sub: user.id,
      user_id: user.id,
      user_name: user.name,
      user_email: user.email,
      tenant_id: '1',
      tenant_url: grantor.issuer,
      is_admin: 'true',
      is_guest: 'false',
      is_public: 'true',
      key_id: id,
      binding: expect.any(String),
      iss: grantor.issuer,
      aud: grantor.issuer,
      iat: now,
      exp: now + 300,
      jti: expect.any(String),
    });
  });

  it('is ASCII, with any name of the user', async () => {
    const name = 'Zoë Ångström ☃ 😀';
    const { key } = await addApiKey(grantor, await addUser(grantor, { name }));
    const signature = await xSignatureFor(grantor, bearer(key));
    const payload = Buffer.from(signature.split('.')[1] ?? '', 'base64url').toString('latin1');
    expect(payload).toMatch(/^[\x20-\x7e]+$/);
    expect(decodeJwt(signature).user_name).toBe(name);
  });

  it('is accepted in its header and in its cookie', async () => {
    const { key } = await addApiKey(grantor, await addUser(grantor));
    const signature = await xSignatureFor(grantor, bearer(key));
    expect((await use(signature)).status).toBe(200);
    const cookie = { cookie: `theme=dark; x-signature=${signature}; other=1` };
    expect((await callApi(grantor, cookie, 'GET', '/clients')).status).toBe(200);
  });

  it('expires after five minutes, with 403 as in DocSpace', async () => {
    const { key } = await addApiKey(grantor, await addUser(grantor));
    const signature = await xSignatureFor(grantor, bearer(key));
    now += 299;
    expect((await use(signature)).status).toBe(200);
    now += 1;
    const over = await use(signature);
    expect(over.status).toBe(403);
    expect(await over.json()).toMatchObject({ status: 403, title: 'Forbidden' });
  });

  it('expires with the key that requested it', async () => {
    const user = await addUser(grantor);
    const { id, key } = await addApiKey(grantor, user);
    const signature = await xSignatureFor(grantor, bearer(key));
    await grantor.server.store.apiKeys.delete(id);
    expect((await use(signature)).status).toBe(403);
    const short = await addApiKey(grantor, user, { expiresAt: now + 10 });
    const shortened = await xSignatureFor(grantor, bearer(short.key));
    expect(decodeJwt(shortened).exp).toBe(now + 10);
  });

  it('ends with the session that requested it', async () => {
    const live = await startServer({ database });
    const { browser, cookie } = await addSignedInUser(live);
    const signature = await xSignatureFor(live, { cookie });
    const asked = () => callApi(live, { 'x-signature': signature }, 'GET', '/clients');
    expect((await asked()).status).toBe(200);
    await browser.submit(await browser.open(`${live.issuer}/signout`), 'sign-out');
    expect((await asked()).status).toBe(403);
    await live.stop();
  });

  it('ends with the grant and the app of its access token', async () => {
    const { store } = grantor.server;
    const user = await addUser(grantor);
    for (const end of [
      (grantId: string) => store.grants.revoke(grantId, now),
      (_: string, clientId: string) => store.clients.update(clientId, { enabled: false, updatedAt: now }),
      (_: string, clientId: string) => store.clients.delete(clientId),
    ]) {
      const { token, grantId, clientId } = await tokenOf(grantor, user, ['grantor.clients:read'], { now });
      const signature = await xSignatureFor(grantor, bearer(token));
      expect(decodeJwt(signature)).toMatchObject({ grant_id: grantId, client_id: clientId });
      expect((await use(signature)).status).toBe(200);
      await end(grantId, clientId);
      expect((await use(signature)).status).toBe(403);
    }
  });

  it('is refused while its user is disabled, for every credential that requested it', async () => {
    const user = await addUser(grantor);
    const { key } = await addApiKey(grantor, user);
    const { token } = await tokenOf(grantor, user, ['grantor.clients:read'], { now });
    const signatures = [
      await xSignatureFor(grantor, bearer(key)),
      await xSignatureFor(grantor, bearer(token)),
    ];
    await disableUser(grantor, user);
    for (const signature of signatures) expect((await use(signature)).status).toBe(403);
  });

  it('has no more access than its credential (privilege escalation)', async () => {
    const user = await addUser(grantor, { isAdmin: true });
    const { key } = await addApiKey(grantor, user, { scopes: ['grantor.clients:read'] });
    const { token } = await tokenOf(grantor, user, ['grantor.clients:read', 'files:read'], { now });
    for (const credential of [key, token]) {
      const signature = await xSignatureFor(grantor, bearer(credential));
      expect((await use(signature)).status).toBe(200);
      for (const [method, path] of [
        ['POST', '/clients'],
        ['GET', '/keys'],
        ['POST', '/keys'],
      ] as const) {
        const body = method === 'POST' ? { name: 'x' } : undefined;
        const refused = await callApi(grantor, { 'x-signature': signature }, method, path, body);
        expect(refused.status).toBe(403);
      }
    }
  });

  it('cannot request another x-signature (privilege persistence)', async () => {
    const { key } = await addApiKey(grantor, await addUser(grantor));
    const signature = await xSignatureFor(grantor, bearer(key));
    expect((await use(signature, '/security/oauth2/token')).status).toBe(403);
  });

  it('is for users and for keys of the deployment, not for apps that act for themselves', async () => {
    const { token } = await ownTokenOf(grantor, ['grantor.clients:read'], now);
    expect((await callApi(grantor, bearer(token), 'GET', '/security/oauth2/token')).status).toBe(403);
    const signature = await xSignatureFor(grantor, bearer(grantor.apiKey));
    expect(decodeJwt(signature)).toMatchObject({ is_admin: 'true', user_email: '', key_id: 'configured' });
    expect((await use(signature, '/registration-tokens')).status).toBe(200);
  });

  it('is refused to an access token for another API', async () => {
    const { token } = await tokenOf(grantor, await addUser(grantor), ['files:read'], { now });
    expect((await callApi(grantor, bearer(token), 'GET', '/security/oauth2/token')).status).toBe(403);
  });

  it('has the `sub` of the user for the app (OpenID Connect Core 1.0 §8.1)', async () => {
    const user = await addUser(grantor);
    const { token } = await tokenOf(grantor, user, ['grantor.clients:read'], {
      now,
      subjectType: 'pairwise',
    });
    const signature = await xSignatureFor(grantor, bearer(token));
    const claims = decodeJwt(signature);
    expect(claims.sub).not.toBe(user.id);
    expect(claims.user_id).toBe(claims.sub);
    expect((await use(signature)).status).toBe(200);
  });

  it('is no bearer token anywhere, and no other token of this server is one (RFC 8725 §3.11)', async () => {
    const live = await startServer({ database });
    const user = await addUser(live);
    const { key } = await addApiKey(live, user);
    const signature = await xSignatureFor(live, bearer(key));
    expect((await callApi(live, bearer(signature), 'GET', '/clients')).status).toBe(401);
    const userinfo = await fetch(`${live.issuer}/oauth2/userinfo`, { headers: bearer(signature) });
    expect(userinfo.status).toBe(401);
    const app = await registerApp(live);
    const tokens = await app.tokens({ scope: 'openid accounts.self:read' });
    const introspected = await app.post('/oauth2/introspect', { token: signature });
    expect(await introspected.json()).toEqual({ active: false });
    for (const other of [tokens.access_token, tokens.id_token, key]) {
      const refused = await callApi(live, { 'x-signature': other }, 'GET', '/people/@self');
      expect(refused.status).toBe(403);
    }
    await live.stop();
  });

  /** What only the database has of a binding. */
  const storedSecret = () => grantor.server.store.deployment.keep(BINDING_SECRET, 'not yet kept');

  describe('that was forged is refused:', () => {
    let lastKey = '';
    const claims = async () => {
      const { id, key } = await addApiKey(grantor, await addUser(grantor, { isAdmin: true }));
      lastKey = key;
      return {
        sub: 'x',
        key_id: id,
        binding: await bindingTo(sha256(key), await storedSecret()),
        jti: 'x',
        iat: now,
        exp: now + 60,
        iss: grantor.issuer,
        aud: grantor.issuer,
      };
    };
    const sign = async (
      payload: Record<string, unknown>,
      options: { secret?: string; typ?: string; alg?: string } = {},
    ) => {
      const { secret = SECRET, typ = 'x-signature+jwt', alg = 'HS256' } = options;
      const { current } = await createDeploymentKeys({ secret }, cheapStretch);
      return new SignJWT(payload).setProtectedHeader({ alg, typ }).sign(current.derive('x-signature'));
    };

    it('the helper of the tests creates valid ones', async () => {
      expect((await use(await sign(await claims()))).status).toBe(200);
    });

    it.each(['jwt', 'opaque'])('for an access token, with the secret and its ID (%s)', async (format) => {
      const user = await addUser(grantor);
      const { token, grantId, clientId } = await tokenOf(grantor, user, ['grantor.clients:read'], {
        now,
      });
      const name = format === 'jwt' ? { token_jti: `${grantId}.x` } : { token_hash: sha256(token) };
      const { current } = await createDeploymentKeys({ secret: SECRET }, cheapStretch);
      const binding = createHmac('sha256', current.derive('x-signature-binding'))
        .update(Object.values(name)[0] ?? '')
        .digest('base64url');
      const { key_id: _, ...good } = await claims();
      const made = {
        ...good,
        ...name,
        grant_id: grantId,
        client_id: clientId,
        binding,
        token_exp: now + 60,
      };
      expect((await use(await sign({ ...made, scopes: 'grantor.clients:read' }))).status).toBe(403);
    });

    it.each<[string, Record<string, unknown>, number]>([
      ['as it was made', {}, 200],
      ['for other scopes', { scopes: 'grantor.keys:read grantor.clients:read' }, 403],
      ['for a longer time', { token_exp: 2_000_000_000 }, 403],
      ['for another token of the grant', { token_jti: 'other' }, 403],
    ])('for a JWT access token, from an earlier one %s', async (_, change, status) => {
      const granted = ['grantor.clients:read', 'grantor.keys:read'];
      const { grantId, clientId } = await tokenOf(grantor, await addUser(grantor), granted, { now });
      const [jti, end] = [`${grantId}.x`, now + 60];
      const bound = JSON.stringify(['jwt', jti, grantId, clientId, end, ['grantor.clients:read']]);
      const { key_id: _key, ...good } = await claims();
      const earlier = {
        ...good,
        grant_id: grantId,
        client_id: clientId,
        token_jti: jti,
        token_exp: end,
        scopes: 'grantor.clients:read',
        binding: await bindingTo(bound, await storedSecret()),
      };
      expect((await use(await sign({ ...earlier, ...change }))).status).toBe(status);
    });

    it.each<[string, (good: Awaited<ReturnType<typeof claims>>) => Promise<string> | string]>([
      ['with another secret', (good) => sign(good, { secret: 'Aw6Zk1Tq8Vn3Xb0Rj5Hm9Ds2Lf7Gc4Py' })],
      ['with another type', (good) => sign(good, { typ: 'JWT' })],
      ['with another algorithm', (good) => sign(good, { alg: 'HS512' })],
      ['for another deployment', (good) => sign({ ...good, iss: 'https://other.example' })],
      ['for another audience', (good) => sign({ ...good, aud: 'https://other.example' })],
      ['without an end', (good) => sign({ ...good, exp: undefined })],
      ['that has expired', (good) => sign({ ...good, exp: now - 1 })],
      ['that names no credential', (good) => sign({ ...good, key_id: undefined })],
      ['that names an unknown key', (good) => sign({ ...good, key_id: '\0' })],
      ['that names an unknown session', (good) => sign({ ...good, key_id: undefined, sid: 'x' })],
      [
        'that knows the secret and a credential, but not the database',
        async (good) => sign({ ...good, binding: await bindingTo(sha256(lastKey), 'guessed') }),
      ],
      ['that knows the secret and no credential', (good) => sign({ ...good, binding: undefined })],
      [
        'that knows the secret and another credential',
        async (good) =>
          sign({ ...good, binding: await bindingTo(sha256('another key'), await storedSecret()) }),
      ],
      [
        'as the key of the deployment, by the secret alone',
        (good) => sign({ ...good, key_id: 'configured' }),
      ],
      [
        'that names an unknown grant',
        (good) => sign({ ...good, key_id: undefined, grant_id: 'x', client_id: 'x', token_jti: 'x' }),
      ],
      ['that names a key in another form', (good) => sign({ ...good, key_id: { toString: 'configured' } })],
      ['without a signature', (good) => new UnsecuredJWT(good).encode()],
      ['of nothing', () => ''],
      ['of dots', () => '..'],
      ['of many letters', () => 'x'.repeat(7000)],
    ])('%s', async (_, make) => {
      const response = await use(await make(await claims()));
      expect(response.status).toBe(403);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    });
  });

  it('is refused if it was signed with the previous secret: five minutes need no overlap', async () => {
    const settings = { secret: 'Ve7Bq2Nw9Ks4Zt1Xf6Pj0Rm5Hd8Lc3Gy', secretPrevious: SECRET };
    const other = await startServer({ database, settings });
    const { previous } = await createDeploymentKeys(settings, cheapStretch);
    const { id, key } = await addApiKey(other, await addUser(other));
    const good = decodeJwt(await xSignatureFor(other, bearer(key)));
    const signature = await new SignJWT({ ...good, key_id: id })
      .setProtectedHeader({ alg: 'HS256', typ: 'x-signature+jwt' })
      .sign(previous?.derive('x-signature') ?? new Uint8Array(32));
    expect((await callApi(other, { 'x-signature': signature }, 'GET', '/clients')).status).toBe(403);
    await other.stop();
  });
});

/** What ties a signature to a credential, as the server makes it. */
async function bindingTo(bound: string, stored: string): Promise<string> {
  const { current } = await createDeploymentKeys({ secret: SECRET }, cheapStretch);
  const key = createHmac('sha256', current.derive('x-signature-binding')).update(stored).digest();
  return createHmac('sha256', key).update(bound).digest('base64url');
}
