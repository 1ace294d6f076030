import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../../../test/kit/api-calls.js';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { isAccepted, type Rotated, rotate } from './support.js';

describe.each(databases)('permission to rotate a client secret, on %s', (database) => {
  let now = Math.floor(Date.now() / 1000);
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database, clock: () => now });
  });
  afterAll(() => grantor.stop());

  describe('a caller', () => {
    it('must be the developer of the app or an administrator; others get 404', async () => {
      const [owner, other] = [await addCaller(grantor), await addCaller(grantor)];
      const fields = { name: 'Mine', redirect_uris: ['https://app.example.com/callback'] };
      const { client_id: id } = await bodyOf<{ client_id: string }>(
        owner.call('POST', '/clients', fields),
        201,
      );
      const as = async (call: Call) => (await call('PATCH', `/clients/${id}/regenerate`)).status;
      expect([await as(owner.call), await as(grantor.api), await as(other.call)]).toEqual([200, 200, 404]);
      const before = await grantor.server.store.clients.find(id);
      expect(await as(other.call)).toBe(404);
      expect(await grantor.server.store.clients.find(id)).toEqual(before);
    });

    it('must have a credential that may write apps (RFC 6750 §3.1)', async () => {
      const { call } = await addCaller(grantor, { scopes: ['grantor.clients:read'] });
      const app = await registerApp(grantor);
      expect((await call('PATCH', `/clients/${app.id}/regenerate`)).status).toBe(403);
      const stranger = await fetch(`${grantor.issuer}/api/2.0/clients/${app.id}/regenerate`, {
        method: 'PATCH',
      });
      expect(stranger.status).toBe(401);
      expect(await isAccepted(app)).toBe(true);
    });

    it.each(['unknown', '%00', '%ED%A0%80', '__proto__', 'constructor', 'x'.repeat(2000)])(
      'gets a 4xx for the ID %s',
      async (id) => {
        const response = await grantor.api('PATCH', `/clients/${id}/regenerate`);
        expect(response.status).toBeGreaterThanOrEqual(400);
        expect(response.status).toBeLessThan(500);
      },
    );
  });

  it('is refused if the app has changed since it was read (RFC 9110 §13.1.1)', async () => {
    const app = await registerApp(grantor);
    const shown = await grantor.api('GET', `/clients/${app.id}`);
    const etag = shown.headers.get('etag') ?? '';
    await grantor.api('PATCH', `/clients/${app.id}`, { name: 'Another' });
    const regenerate = (tag: string) =>
      grantor.api('PATCH', `/clients/${app.id}/regenerate`, undefined, { 'if-match': tag });
    const stale = await regenerate(etag);
    expect(stale.status).toBe(412);
    expect(await isAccepted(app)).toBe(true);
    const current = stale.headers.get('etag') ?? '';
    expect((await regenerate(current)).status).toBe(200);
    expect(await isAccepted(app)).toBe(false);
  });

  it('succeeds once for ten requests with the same ETag (RFC 9110 §13.1.1, race)', async () => {
    const app = await registerApp(grantor);
    const etag = (await grantor.api('GET', `/clients/${app.id}`)).headers.get('etag') ?? '';
    now += 1;
    const responses = await Promise.all(
      Array.from({ length: 10 }, () =>
        grantor.api('PATCH', `/clients/${app.id}/regenerate`, undefined, { 'if-match': etag }),
      ),
    );
    const statuses = responses.map(({ status }) => status).toSorted((a, b) => a - b);
    expect(statuses).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    const [won] = await Promise.all(responses.filter(({ ok }) => ok).map((answer) => answer.json()));
    expect(await isAccepted(app.with({ secret: (won as Rotated).client_secret }))).toBe(true);
  });

  it.each([
    { token_endpoint_auth_method: 'none' },
    {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'https://app.example.com/jwks',
    },
  ])('is refused for an app without a secret: $token_endpoint_auth_method', async (metadata) => {
    const app = await registerApp(grantor, metadata);
    const before = await grantor.server.store.clients.find(app.id);
    expect(before).toMatchObject({ secretHash: null, previousSecret: null });
    const response = await grantor.api('PATCH', `/clients/${app.id}/regenerate`, { overlap_seconds: 60 });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await grantor.server.store.clients.find(app.id)).toEqual(before);
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
    const response = await grantor.api('PATCH', `/clients/${app.id}/regenerate`, body);
    expect(response.status).toBe(400);
    expect(await isAccepted(app)).toBe(true);
  });

  it('accepts an overlap of thirty days', async () => {
    const app = await registerApp(grantor);
    await rotate(grantor, app.id, { overlap_seconds: 2_592_000 });
    expect(await isAccepted(app)).toBe(true);
  });

  it('writes an event with the actor and without a secret, and none after a refusal', async () => {
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
    const stale = { 'if-match': '"stale"' };
    const refused = await grantor.api('PATCH', `/clients/${app.id}/regenerate`, undefined, stale);
    expect(refused.status).toBe(412);
    expect(await rotations()).toHaveLength(1);
  });

  it('no representation of an app has a secret, hashed or encrypted', async () => {
    const { client_id: id, client_secret: old } = await grantor.register({
      redirectUris: [],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_jwt',
    });
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
