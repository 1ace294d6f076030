import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, callApi, xSignatureFor } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { purgeAt } from '../../../../test/kit/purge.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { sha256 } from '../../src/crypto/hash.js';
import { StorageUnavailable } from '../../src/storage/ports/index.js';

const DAY = 86_400;

describe.each(databases)('Idempotency-Key on %s', (database) => {
  let grantor: TestServer;
  let now = 1_800_000_000;
  beforeAll(async () => {
    grantor = await startServer({ database, clock: () => now });
  });
  afterAll(() => grantor.stop());

  const app = { name: 'Twice', redirect_uris: ['https://app.example.com/callback'] };

  const post = (
    idempotencyKey: string,
    body: unknown = app,
    {
      path = '/clients',
      credentials = bearer(grantor.apiKey),
    }: { readonly path?: string; readonly credentials?: Readonly<Record<string, string>> } = {},
  ) => callApi(grantor, { 'idempotency-key': idempotencyKey, ...credentials }, 'POST', path, body);

  const idOf = async (response: Response): Promise<string> => {
    const body = (await response.json()) as { client_id: string };
    expect(response.status, JSON.stringify(body)).toBe(201);
    return body.client_id;
  };

  const appsNamed = async (name: string): Promise<number> => {
    const response = await grantor.api('GET', '/clients?limit=50');
    const { data } = (await response.json()) as { data: { name: string }[] };
    return data.filter((client) => client.name === name).length;
  };

  it('repeats the response of the first request, byte for byte, and changes nothing', async () => {
    const name = randomUUID();
    const key = randomUUID();
    const first = await post(key, { ...app, name });
    const again = await post(key, { ...app, name });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.status).toBe(first.status);
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
    expect(await again.text()).toBe(await first.text());
    expect(await appsNamed(name)).toBe(1);
  });

  it('creates one app for twenty simultaneous requests', async () => {
    const name = randomUUID();
    const key = randomUUID();
    const responses = await Promise.all(Array.from({ length: 20 }, () => post(key, { ...app, name })));
    const made = responses.filter(({ status }) => status === 201);
    const waiting = responses.filter(({ status }) => status === 409);
    expect(made.length).toBeGreaterThan(0);
    expect(made.length + waiting.length).toBe(20);
    for (const response of waiting) expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(new Set(await Promise.all(made.map(idOf))).size).toBe(1);
    expect(await appsNamed(name)).toBe(1);
  });

  it('creates two apps without it, and two with two keys', async () => {
    const name = randomUUID();
    await idOf(await grantor.api('POST', '/clients', { ...app, name }));
    await idOf(await grantor.api('POST', '/clients', { ...app, name }));
    await idOf(await post(randomUUID(), { ...app, name }));
    await idOf(await post(randomUUID(), { ...app, name }));
    expect(await appsNamed(name)).toBe(4);
  });

  it('refuses another request with the same key with 422', async () => {
    const key = randomUUID();
    await idOf(await post(key));
    for (const response of [
      await post(key, { ...app, name: 'Other' }),
      await post(key, app, { path: '/oauth2/clients' }),
      await post(key, app, { path: '/clients?x=1' }),
    ]) {
      expect(response.status).toBe(422);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
    }
  });

  it('leaves the key unused after a refusal, so that a corrected request can use it', async () => {
    const key = randomUUID();
    expect((await post(key, { name: '' })).status).toBe(400);
    expect((await post(key, '{')).status).toBe(400);
    await idOf(await post(key));
  });

  it('does not repeat a request after a failure: its outcome is unknown', async () => {
    const key = randomUUID();
    const { clients } = grantor.server.store;
    const name = randomUUID();
    const create = clients.create.bind(clients);
    // The database is available for the claim, and unavailable for the response.
    Object.assign(clients, {
      create: async (...args: Parameters<typeof create>) => {
        await create(...args);
        throw new Error('The connection broke');
      },
    });
    expect((await post(key, { ...app, name })).status).toBe(500);
    Object.assign(clients, { create });
    const again = await post(key, { ...app, name });
    expect(again.status).toBe(409);
    expect(again.headers.get('retry-after')).toBeNull();
    expect(await appsNamed(name)).toBe(1);
  });

  it('leaves the key unused after a 503 before any write, so that the same request can run', async () => {
    const key = randomUUID();
    const name = randomUUID();
    const { clients, idempotentRequests } = grantor.server.store;
    const create = clients.create.bind(clients);
    const release = idempotentRequests.release.bind(idempotentRequests);
    const unavailable = () => Promise.reject(new StorageUnavailable('The database is locked'));
    // What keeps an operation from running keeps its key from being released.
    for (const stillUnavailable of [{}, { release: unavailable }]) {
      Object.assign(clients, { create: unavailable });
      Object.assign(idempotentRequests, stillUnavailable);
      const refused = await post(key, { ...app, name });
      Object.assign(clients, { create });
      Object.assign(idempotentRequests, { release });
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
    }
    await idOf(await post(key, { ...app, name }));
    expect(await appsNamed(name)).toBe(1);
  });

  it('keeps the key used after a 503 whose commit may have succeeded', async () => {
    const key = randomUUID();
    const { clients } = grantor.server.store;
    const create = clients.create.bind(clients);
    Object.assign(clients, {
      create: () => Promise.reject(new StorageUnavailable('The connection was lost', { mayBeWritten: true })),
    });
    expect((await post(key)).status).toBe(503);
    Object.assign(clients, { create });
    expect((await post(key)).status).toBe(409);
  });

  it('reports that the outcome is unknown if the process of a request has ended', async () => {
    const key = randomUUID();
    const { clients } = grantor.server.store;
    const create = clients.create.bind(clients);
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    Object.assign(clients, {
      create: async (...args: Parameters<typeof create>) => {
        started.resolve();
        await finish.promise;
        return create(...args);
      },
    });
    const first = post(key);
    await started.promise;
    Object.assign(clients, { create });
    expect((await post(key)).headers.get('retry-after')).toMatch(/^\d+$/);
    now += 300;
    const late = await post(key);
    expect(late.status).toBe(409);
    expect(late.headers.get('retry-after')).toBeNull();
    finish.resolve();
    await idOf(await first);
    expect((await post(key)).status).toBe(201);
  });

  it('belongs to its caller: the same key of another caller is a different one', async () => {
    const key = randomUUID();
    const { headers: credentials } = await addCaller(grantor);
    const mine = await idOf(await post(key));
    const theirs = await idOf(await post(key, app, { credentials }));
    expect(theirs).not.toBe(mine);
  });

  it('belongs to the user, with any of their credentials', async () => {
    const key = randomUUID();
    const { headers: credentials } = await addCaller(grantor);
    const first = await idOf(await post(key, app, { credentials }));
    const signature = await xSignatureFor(grantor, credentials);
    expect(await idOf(await post(key, app, { credentials: { 'x-signature': signature } }))).toBe(first);
  });

  it('repeats no response without valid credentials and permission', async () => {
    const key = randomUUID();
    await idOf(await post(key));
    expect((await post(key, app, { credentials: {} })).status).toBe(401);
    const { headers: credentials } = await addCaller(grantor, { scopes: ['grantor.clients:read'] });
    expect((await post(key, app, { credentials })).status).toBe(403);
  });

  it('stores the response encrypted, and neither the key nor the secret in clear', async () => {
    const key = randomUUID();
    const caller = await addCaller(grantor);
    const response = await post(key, app, { credentials: caller.headers });
    const { client_secret: secret } = (await response.json()) as { client_secret: string };
    const name = { caller: caller.id, keyHash: sha256(key), fingerprint: '', createdAt: now };
    const kept = await grantor.server.store.idempotentRequests.claim(name, now - DAY);
    expect(kept).toMatchObject({ sealedResponse: expect.any(String) });
    expect(JSON.stringify(kept)).not.toContain(secret);
    expect(JSON.stringify(kept)).not.toContain(key);
  });

  it('expires after a day, and is purged', async () => {
    const key = randomUUID();
    const first = await idOf(await post(key));
    now += DAY;
    expect(await idOf(await post(key))).toBe(first);
    now += 1;
    const second = await idOf(await post(key));
    expect(second).not.toBe(first);
    now += DAY + 1;
    const { store } = grantor.server;
    await purgeAt(grantor, now);
    expect(await store.idempotentRequests.purge(now - DAY, 500)).toBe(0);
    expect(await idOf(await post(key))).not.toBe(second);
  });

  it.each(['a b', 'ü', 'x'.repeat(256)])(
    'must be 1 to 255 visible ASCII characters, and %.10j is not',
    async (key) => {
      const name = randomUUID();
      const response = await post(Buffer.from(key).toString('latin1'), { ...app, name });
      expect(response.status).toBe(400);
      expect(await appsNamed(name)).toBe(0);
    },
  );

  it.each(['__proto__', "'; drop table clients; --", '"quoted"', 'x'.repeat(255)])(
    'may be %.30s',
    async (key) => {
      const sendable = key.replaceAll(' ', '_');
      expect(await idOf(await post(sendable))).toBe(await idOf(await post(sendable)));
    },
  );

  it('has no effect on idempotent requests', async () => {
    const headers = { authorization: `Bearer ${grantor.apiKey}`, 'idempotency-key': 'a b' };
    expect((await fetch(`${grantor.issuer}/api/2.0/clients`, { headers })).status).toBe(200);
  });
});
