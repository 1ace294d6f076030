import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic } from '../../../../test/kit/api-calls.js';
import { purgeAt } from '../../../../test/kit/purge.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf, registerApp } from '../../../../test/kit/test-app.js';
import { sha256 } from '../../src/crypto/hash.js';
import { claimsOf, hmac, jwt, postAssertion } from '../client-assertion/assertions.js';
import { isAccepted, type Rotated, rotate } from './support.js';

const program = { redirectUris: [], grant_types: ['client_credentials'], scopes: ['files:read'] };
const signer = { ...program, token_endpoint_auth_method: 'client_secret_jwt' };

describe.each(databases)('rotating a client secret, on %s', (database) => {
  let now = Math.floor(Date.now() / 1000);
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database, clock: () => now });
  });
  afterAll(() => grantor.stop());

  const purgeNow = () => purgeAt(grantor, now);

  describe('at once', () => {
    it('responds with the new secret, which works, and the previous one does not', async () => {
      const app = await registerApp(grantor);
      const response = await grantor.api('PATCH', `/clients/${app.id}/regenerate`);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      const rotated = (await response.json()) as Rotated;
      expect(rotated).toEqual({
        client_secret: expect.stringMatching(/^[\w-]{43}$/),
        previous_secret_expires_on: null,
      });
      expect(await isAccepted(app.with({ secret: rotated.client_secret }))).toBe(true);
      expect(await isAccepted(app)).toBe(false);
    });

    it.each(['/clients', '/oauth2/clients'])(
      'is available below %s, with and without a body',
      async (base) => {
        const app = await registerApp(grantor);
        for (const body of [undefined, '{}', '{"overlap_seconds":0}', '{"overlapSeconds":0}']) {
          const path = `${base}/${app.id}/regenerate`;
          const response = await grantor.api('PATCH', path, body);
          expect(response.status).toBe(200);
        }
      },
    );

    it('ends all access of the app: codes, tokens of users, and its own, in both formats', async () => {
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
        const renewed = app.with({ secret: (await rotate(grantor, app.id)).client_secret });

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
        // New tokens are valid.
        expect((await renewed.userinfo((await renewed.tokens()).access_token)).status).toBe(200);
        const asked = await renewed.post('/oauth2/token', { grant_type: 'client_credentials' });
        const { access_token: token } = (await asked.json()) as { access_token: string };
        const fresh = await renewed.post('/oauth2/introspect', { token });
        expect(await fresh.json()).toMatchObject({ active: true, client_id: app.id });
      }
    });

    it('also ends the previous secret', async () => {
      const app = await registerApp(grantor);
      const second = app.with({
        secret: (await rotate(grantor, app.id, { overlap_seconds: 600 })).client_secret,
      });
      expect(await isAccepted(app)).toBe(true);
      const third = app.with({ secret: (await rotate(grantor, app.id)).client_secret });
      expect([await isAccepted(app), await isAccepted(second), await isAccepted(third)]).toEqual([
        false,
        false,
        true,
      ]);
    });

    it('keeps the consents: users are not asked again', async () => {
      const app = await registerApp(grantor);
      await app.tokens();
      const renewed = app.with({ secret: (await rotate(grantor, app.id)).client_secret });
      const page = await renewed.browser.open(renewed.authorizationUrl());
      expect(page.left?.searchParams.get('code')).toEqual(expect.any(String));
    });
  });

  describe('with an overlap', () => {
    it('accepts both secrets until the deadline, in the header and in the body, and ends no access', async () => {
      const app = await registerApp(grantor);
      const tokens = await app.tokens({ scope: 'openid offline_access' });
      const rotated = await rotate(grantor, app.id, { overlap_seconds: 600 });
      expect(rotated.previous_secret_expires_on).toBe(new Date((now + 600) * 1000).toISOString());
      const renewed = app.with({ secret: rotated.client_secret });
      for (const each of [app, renewed]) {
        expect(await isAccepted(each)).toBe(true);
        expect(await isAccepted(each, basic(each.id, each.secret ?? ''))).toBe(true);
      }
      expect((await app.userinfo(tokens.access_token)).status).toBe(200);
      expect((await renewed.refresh(tokens.refresh_token)).status).toBe(200);

      now += 599;
      expect(await isAccepted(app)).toBe(true);
      now += 1;
      expect(await isAccepted(app)).toBe(false);
      expect(await isAccepted(app, basic(app.id, app.secret ?? ''))).toBe(false);
      expect(await isAccepted(renewed)).toBe(true);
    });

    it('accepts at most two: another rotation ends the older one', async () => {
      const app = await registerApp(grantor);
      const second = app.with({
        secret: (await rotate(grantor, app.id, { overlap_seconds: 600 })).client_secret,
      });
      const third = app.with({
        secret: (await rotate(grantor, app.id, { overlap_seconds: 60 })).client_secret,
      });
      expect([await isAccepted(app), await isAccepted(second), await isAccepted(third)]).toEqual([
        false,
        true,
        true,
      ]);
    });

    it('accepts assertions signed with either (client_secret_jwt, OpenID Connect Core 1.0 §9)', async () => {
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

      // An assertion is valid once, with either secret (RFC 7523 §3).
      const jti = 'one-and-the-same';
      expect([(await assert(old, { jti })).status, (await assert(fresh, { jti })).status]).toEqual([
        200, 401,
      ]);

      now += 600;
      expect((await assert(old)).status).toBe(401);
      expect((await assert(fresh)).status).toBe(200);
    });

    it('refuses a sent secret of a client that signs, both the previous and the current one (RFC 6749 §2.3.1)', async () => {
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

    it('is purged after it has expired', async () => {
      const { store } = grantor.server;
      const { client_id: id, client_secret: old } = await grantor.register(signer);
      await rotate(grantor, id, { overlap_seconds: 600 });
      await purgeNow();
      expect((await store.clients.find(id))?.previousSecret).toMatchObject({ hash: sha256(old) });
      now += 600;
      await purgeNow();
      expect((await store.clients.find(id))?.previousSecret).toBeNull();
      expect(await store.clients.purgePreviousSecrets(now, 500)).toBe(0);
    });
  });

  describe('of twenty rotations at once', () => {
    it('each gets a secret of its own, and exactly the last one works (race)', async () => {
      const app = await registerApp(grantor);
      const rotated = await Promise.all(Array.from({ length: 20 }, () => rotate(grantor, app.id)));
      const secrets = rotated.map(({ client_secret: secret }) => secret);
      expect(new Set(secrets).size).toBe(20);
      const taken = await Promise.all(secrets.map((secret) => isAccepted(app.with({ secret }))));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await isAccepted(app)).toBe(false);
    });

    it('exactly the last two work with an overlap (race)', async () => {
      const app = await registerApp(grantor);
      const rotated = await Promise.all(
        Array.from({ length: 20 }, () => rotate(grantor, app.id, { overlap_seconds: 600 })),
      );
      const secrets = rotated.map(({ client_secret: secret }) => secret);
      expect(new Set(secrets).size).toBe(20);
      const taken = await Promise.all(secrets.map((secret) => isAccepted(app.with({ secret }))));
      expect(taken.filter(Boolean)).toHaveLength(2);
      expect(await isAccepted(app)).toBe(false);
    });
  });
});
