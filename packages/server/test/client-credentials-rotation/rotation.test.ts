import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startGrantor, type TestGrantor } from '../../../../test/kit/grantor.js';
import { refusalOf, registerApp } from '../../../../test/kit/test-app.js';
import { sha256 } from '../../src/crypto/hash.js';
import { purge } from '../../src/operations/purge.js';
import { claimsOf, hmac, jwt, postAssertion } from '../client-assertion/assertions.js';
import { basic, call, developerWithKey, isTaken, type Rotated, rotate, withSecret } from './support.js';

const program = { redirectUris: [], grant_types: ['client_credentials'], scopes: ['files:read'] };
const signer = { ...program, token_endpoint_auth_method: 'client_secret_jwt' };

describe.each(databases)('another secret for an app, on %s', (database) => {
  let now = Math.floor(Date.now() / 1000);
  let grantor: TestGrantor;
  beforeAll(async () => {
    grantor = await startGrantor({ database, world: { clock: () => now } });
  });
  afterAll(() => grantor.stop());

  const purgeNow = () =>
    purge({
      store: grantor.server.store,
      clock: () => now,
      accessTokenSeconds: 900,
      refreshRetrySeconds: 30,
      unusedClientSeconds: 86_400,
      auditSeconds: 0,
    });

  describe('at once', () => {
    it('is answered with the new secret, which works, and the one before does not', async () => {
      const app = await registerApp(grantor);
      const response = await grantor.api('PATCH', `/clients/${app.id}/regenerate`);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const rotated = (await response.json()) as Rotated;
      expect(rotated).toEqual({
        client_secret: expect.stringMatching(/^[\w-]{43}$/),
        previous_secret_expires_on: null,
      });
      expect(await isTaken(withSecret(app, rotated.client_secret))).toBe(true);
      expect(await isTaken(app)).toBe(false);
    });

    it.each(['/clients', '/oauth2/clients'])('is there below %s, with and without a body', async (base) => {
      const app = await registerApp(grantor);
      for (const body of [undefined, '{}', '{"overlap_seconds":0}', '{"overlapSeconds":0}']) {
        const init = body === undefined ? {} : { body };
        const path = `${base}/${app.id}/regenerate`;
        const response = await call(grantor, grantor.apiKey, 'PATCH', path, init);
        expect(response.status).toBe(200);
      }
    });

    it('ends what the app had: codes, tokens of people, and its own, in either format', async () => {
      for (const access_token_format of ['jwt', 'opaque']) {
        const app = await registerApp(grantor, {
          access_token_format,
          grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
          scopes: ['openid', 'offline_access', 'files:read'],
        });
        const tokens = await app.tokens({ scope: 'openid offline_access files:read' });
        const own = (await (
          await app.post('/oauth2/token', { grant_type: 'client_credentials', scope: 'files:read' })
        ).json()) as { access_token: string };
        const code = await app.code();
        const renewed = withSecret(app, (await rotate(grantor, app.id)).client_secret);

        expect((await app.userinfo(tokens.access_token)).status).toBe(401);
        for (const token of [tokens.access_token, tokens.refresh_token, own.access_token]) {
          const response = await renewed.post('/oauth2/introspect', { token });
          expect(await response.json()).toEqual({ active: false });
        }
        expect(await refusalOf(await renewed.refresh(tokens.refresh_token))).toEqual({
          status: 400,
          error: 'invalid_grant',
        });
        const exchanged = await renewed.exchange(code);
        expect(await refusalOf(exchanged)).toEqual({ status: 400, error: 'invalid_grant' });
        // And what it is given from now on is good.
        expect((await renewed.userinfo((await renewed.tokens()).access_token)).status).toBe(200);
        const asked = await renewed.post('/oauth2/token', { grant_type: 'client_credentials' });
        const { access_token: token } = (await asked.json()) as { access_token: string };
        const fresh = await renewed.post('/oauth2/introspect', { token });
        expect(await fresh.json()).toMatchObject({ active: true, client_id: app.id });
      }
    });

    it('ends the secret that was on its way out too', async () => {
      const app = await registerApp(grantor);
      const second = withSecret(app, (await rotate(grantor, app.id, { overlap_seconds: 600 })).client_secret);
      expect(await isTaken(app)).toBe(true);
      const third = withSecret(app, (await rotate(grantor, app.id)).client_secret);
      expect([await isTaken(app), await isTaken(second), await isTaken(third)]).toEqual([false, false, true]);
    });

    it('asks nobody again: what people allowed stays allowed', async () => {
      const app = await registerApp(grantor);
      await app.tokens();
      const renewed = withSecret(app, (await rotate(grantor, app.id)).client_secret);
      const page = await renewed.browser.open(renewed.authorizationUrl());
      expect(page.left?.searchParams.get('code')).toEqual(expect.any(String));
    });
  });

  describe('with an overlap', () => {
    it('lets both work until the deadline, in the header and in the body, and ends nothing', async () => {
      const app = await registerApp(grantor);
      const tokens = await app.tokens({ scope: 'openid offline_access' });
      const rotated = await rotate(grantor, app.id, { overlap_seconds: 600 });
      expect(rotated.previous_secret_expires_on).toBe(new Date((now + 600) * 1000).toISOString());
      const renewed = withSecret(app, rotated.client_secret);
      for (const each of [app, renewed]) {
        expect(await isTaken(each)).toBe(true);
        expect(await isTaken(each, basic(each.id, each.secret ?? ''))).toBe(true);
      }
      expect((await app.userinfo(tokens.access_token)).status).toBe(200);
      expect((await renewed.refresh(tokens.refresh_token)).status).toBe(200);

      now += 599;
      expect(await isTaken(app)).toBe(true);
      now += 1;
      expect(await isTaken(app)).toBe(false);
      expect(await isTaken(app, basic(app.id, app.secret ?? ''))).toBe(false);
      expect(await isTaken(renewed)).toBe(true);
    });

    it('knows no more than two: another rotation ends the older one', async () => {
      const app = await registerApp(grantor);
      const second = withSecret(app, (await rotate(grantor, app.id, { overlap_seconds: 600 })).client_secret);
      const third = withSecret(app, (await rotate(grantor, app.id, { overlap_seconds: 60 })).client_secret);
      expect([await isTaken(app), await isTaken(second), await isTaken(third)]).toEqual([false, true, true]);
    });

    it('takes assertions signed with either (client_secret_jwt, OpenID Connect Core 1.0 §9)', async () => {
      const { client_id: id, client_secret: old } = await grantor.register(signer);
      const { client_secret: fresh } = await rotate(grantor, id, { overlap_seconds: 600 });
      const assert = (secret: string, changes = {}) =>
        postAssertion(
          grantor,
          '/oauth2/token',
          jwt(
            { alg: 'HS512' },
            claimsOf(id, grantor.issuer, { iat: now, exp: now + 60, ...changes }),
            hmac(secret, 'sha512'),
          ),
          { grant_type: 'client_credentials' },
        );
      expect((await assert(old)).status).toBe(200);
      expect((await assert(fresh)).status).toBe(200);
      expect((await assert('another secret')).status).toBe(401);

      // One assertion is good once, whichever secret it was signed with (RFC 7523 §3).
      const jti = 'one-and-the-same';
      expect([(await assert(old, { jti })).status, (await assert(fresh, { jti })).status]).toEqual([
        200, 401,
      ]);

      now += 600;
      expect((await assert(old)).status).toBe(401);
      expect((await assert(fresh)).status).toBe(200);
    });

    it('refuses a signing secret that is sent, the one before as the one of now (RFC 6749 §2.3.1)', async () => {
      const { client_id: id, client_secret: old } = await grantor.register(signer);
      const { client_secret: fresh } = await rotate(grantor, id, { overlap_seconds: 600 });
      for (const secret of [old, fresh]) {
        const response = await fetch(`${grantor.issuer}/oauth2/token`, {
          method: 'POST',
          headers: basic(id, secret),
          body: new URLSearchParams({ grant_type: 'client_credentials' }),
        });
        expect(await refusalOf(response)).toEqual({ status: 401, error: 'invalid_client' });
      }
    });

    it('is forgotten by the purge once it is over, and not before', async () => {
      const { store } = grantor.server;
      const { client_id: id, client_secret: old } = await grantor.register(signer);
      await rotate(grantor, id, { overlap_seconds: 600 });
      await purgeNow();
      expect((await store.clients.find(id))?.previousSecret).toMatchObject({ hash: sha256(old) });
      now += 600;
      expect(await purgeNow()).toBeGreaterThan(0);
      expect((await store.clients.find(id))?.previousSecret).toBeNull();
      expect(await purgeNow()).toBe(0);
    });
  });

  describe('of twenty rotations at once', () => {
    it('each gets a secret of its own, and exactly the last one works (race)', async () => {
      const app = await registerApp(grantor);
      const rotated = await Promise.all(Array.from({ length: 20 }, () => rotate(grantor, app.id)));
      const secrets = rotated.map(({ client_secret: secret }) => secret);
      expect(new Set(secrets).size).toBe(20);
      const taken = await Promise.all(secrets.map((secret) => isTaken(withSecret(app, secret))));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await isTaken(app)).toBe(false);
    });

    it('exactly the last two work where they overlap (race)', async () => {
      const app = await registerApp(grantor);
      const rotated = await Promise.all(
        Array.from({ length: 20 }, () => rotate(grantor, app.id, { overlap_seconds: 600 })),
      );
      const secrets = rotated.map(({ client_secret: secret }) => secret);
      expect(new Set(secrets).size).toBe(20);
      const taken = await Promise.all(secrets.map((secret) => isTaken(withSecret(app, secret))));
      expect(taken.filter(Boolean)).toHaveLength(2);
      expect(await isTaken(app)).toBe(false);
    });
  });

  describe('who may', () => {
    it('is whoever made the app, and administrators; for others it is not there', async () => {
      const [owner, other] = [await developerWithKey(grantor), await developerWithKey(grantor)];
      const created = await call(grantor, owner.key, 'POST', '/clients', {
        body: JSON.stringify({ name: 'Mine', redirect_uris: ['https://app.example.com/callback'] }),
      });
      const { client_id: id } = (await created.json()) as { client_id: string };
      const as = async (key: string) =>
        (await call(grantor, key, 'PATCH', `/clients/${id}/regenerate`)).status;
      expect([await as(owner.key), await as(grantor.apiKey), await as(other.key)]).toEqual([200, 200, 404]);
      const before = await grantor.server.store.clients.find(id);
      expect(await as(other.key)).toBe(404);
      expect(await grantor.server.store.clients.find(id)).toEqual(before);
    });

    it('takes a credential that may write apps (RFC 6750 §3.1)', async () => {
      const { key } = await developerWithKey(grantor, ['grantor.clients:read']);
      const app = await registerApp(grantor);
      expect((await call(grantor, key, 'PATCH', `/clients/${app.id}/regenerate`)).status).toBe(403);
      const stranger = await fetch(`${grantor.issuer}/api/2.0/clients/${app.id}/regenerate`, {
        method: 'PATCH',
      });
      expect(stranger.status).toBe(401);
      expect(await isTaken(app)).toBe(true);
    });

    it.each(['unknown', '%00', '%ED%A0%80', '__proto__', 'constructor', 'x'.repeat(2000)])(
      'is not there for the ID %s',
      async (id) => {
        const response = await grantor.api('PATCH', `/clients/${id}/regenerate`);
        expect(response.status).toBeGreaterThanOrEqual(400);
        expect(response.status).toBeLessThan(500);
      },
    );
  });

  it('is refused where the app has changed since it was read (RFC 9110 §13.1.1)', async () => {
    const app = await registerApp(grantor);
    const shown = await grantor.api('GET', `/clients/${app.id}`);
    const etag = shown.headers.get('etag') ?? '';
    await grantor.api('PATCH', `/clients/${app.id}`, { name: 'Another' });
    const regenerate = (tag: string) =>
      call(grantor, grantor.apiKey, 'PATCH', `/clients/${app.id}/regenerate`, {
        headers: { 'if-match': tag },
      });
    const stale = await regenerate(etag);
    expect(stale.status).toBe(412);
    expect(await isTaken(app)).toBe(true);
    const current = stale.headers.get('etag') ?? '';
    expect((await regenerate(current)).status).toBe(200);
    expect(await isTaken(app)).toBe(false);
  });

  it('is done once of ten who saw the same app and say so (RFC 9110 §13.1.1, race)', async () => {
    const app = await registerApp(grantor);
    const etag = (await grantor.api('GET', `/clients/${app.id}`)).headers.get('etag') ?? '';
    now += 1;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        call(grantor, grantor.apiKey, 'PATCH', `/clients/${app.id}/regenerate`, {
          headers: { 'if-match': etag },
        }),
      ),
    );
    const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    const [won] = await Promise.all(answers.filter(({ ok }) => ok).map((answer) => answer.json()));
    expect(await isTaken(withSecret(app, (won as Rotated).client_secret))).toBe(true);
  });

  it.each([
    { token_endpoint_auth_method: 'none' },
    {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'https://app.example.com/jwks',
    },
  ])('is refused for an app that has none: $token_endpoint_auth_method', async (metadata) => {
    const app = await registerApp(grantor, metadata);
    const response = await grantor.api('PATCH', `/clients/${app.id}/regenerate`, { overlap_seconds: 60 });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await grantor.server.store.clients.find(app.id)).toMatchObject({
      secretHash: null,
      previousSecret: null,
      credentialsVersion: 0,
    });
  });

  it.each([
    '{"overlap_seconds":-1}',
    '{"overlap_seconds":2592001}',
    '{"overlap_seconds":1.5}',
    '{"overlap_seconds":"60"}',
    '{"overlap_seconds":null}',
    '{"overlap_seconds":1e400}',
    '{"overlap":60}',
    '{"client_secret":"mine"}',
    '[]',
    'null',
    '{',
  ])('is refused with the body %s', async (body) => {
    const app = await registerApp(grantor);
    const response = await call(grantor, grantor.apiKey, 'PATCH', `/clients/${app.id}/regenerate`, { body });
    expect(response.status).toBe(400);
    expect(await isTaken(app)).toBe(true);
  });

  it('takes an overlap of thirty days', async () => {
    const app = await registerApp(grantor);
    await rotate(grantor, app.id, { overlap_seconds: 2_592_000 });
    expect(await isTaken(app)).toBe(true);
  });

  it('leaves a trail that says who and when, and no secret; and none where nothing was done', async () => {
    const { store } = grantor.server;
    const app = await registerApp(grantor);
    const rotated = await rotate(grantor, app.id, { overlap_seconds: 60 });
    const rotations = async () => {
      const filter = { clientId: app.id, type: 'client.secret_rotated' };
      return (await store.audit.list({ limit: 50, after: null }, filter)).items;
    };
    const events = await rotations();
    expect(events).toEqual([
      expect.objectContaining({
        actor: expect.objectContaining({ type: 'api_key' }),
        target: { type: 'client', id: app.id },
        after: { previous_secret_expires_on: rotated.previous_secret_expires_on },
      }),
    ]);
    const client = await store.clients.find(app.id);
    const told = JSON.stringify(events);
    for (const secret of [
      app.secret,
      rotated.client_secret,
      client?.secretHash,
      client?.previousSecret?.hash,
    ]) {
      expect(secret).toEqual(expect.any(String));
      expect(told).not.toContain(secret);
    }
    const refused = await call(grantor, grantor.apiKey, 'PATCH', `/clients/${app.id}/regenerate`, {
      headers: { 'if-match': '"stale"' },
    });
    expect(refused.status).toBe(412);
    expect(await rotations()).toHaveLength(1);
  });

  it('shows no secret, old or new, hashed or sealed, wherever an app is shown', async () => {
    const { client_id: id, client_secret: old } = await grantor.register(signer);
    const { client_secret: fresh } = await rotate(grantor, id, { overlap_seconds: 60 });
    const client = await grantor.server.store.clients.find(id);
    const shown = [
      await (await grantor.api('GET', `/clients/${id}`)).text(),
      await (await grantor.api('GET', '/clients?limit=50')).text(),
      await (await grantor.api('PATCH', `/clients/${id}`, { name: 'Another' })).text(),
    ].join('\n');
    expect(shown).toContain(id);
    const kept = [
      client?.secretHash,
      client?.sealedSecret,
      client?.previousSecret?.hash,
      client?.previousSecret?.sealed,
    ];
    for (const secret of [old, fresh, ...kept]) {
      expect(secret).toEqual(expect.any(String));
      expect(shown).not.toContain(secret);
    }
  });
});
