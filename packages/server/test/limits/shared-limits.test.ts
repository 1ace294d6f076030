import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { createPostgresDatabase } from '../../../../test/kit/test-database.js';
import { createMemoryTables } from '../../src/memory/tables.js';
import { openStore } from '../../src/storage/open-store.js';
import type { Store } from '../../src/storage/ports/index.js';
import { waitOf } from '../../src/throttling/limit.js';
import { createSharedLimits } from '../../src/throttling/shared-limits.js';
import type { Repeat } from '../../src/timers/timers.js';
import { minimal, register } from '../registration/support.js';
import { attempt } from '../sign-in-throttle/support.js';

describe('two servers on one PostgreSQL', () => {
  const servers: TestServer[] = [];
  const tasks: (() => Promise<void>)[] = [];
  const repeat: Repeat = (_seconds, task) => {
    tasks.push(task);
    return async () => {};
  };
  const settle = async () => {
    for (const task of tasks) await task();
  };
  beforeAll(async () => {
    const databaseUrl = await createPostgresDatabase();
    const settings = {
      databaseUrl,
      registration: 'open',
      registrationsPerHour: 3,
      signInsPerAddress: 3,
      apiReadsPerMinute: 100,
      tokenRequestsPerMinutePerAddress: 100,
    } as const;
    for (let count = 0; count < 2; count += 1) servers.push(await startServer({ settings, repeat }));
  });
  afterAll(async () => {
    for (const server of servers) await server.stop();
  });
  const each = async (turns: readonly number[], work: (grantor: TestServer) => Promise<Response>) => {
    const statuses: number[] = [];
    for (const turn of turns) {
      const grantor = servers[turn];
      if (grantor !== undefined) statuses.push((await work(grantor)).status);
    }
    return statuses;
  };

  it('count sign-ins of one address together', async () => {
    const statuses = await each([0, 1, 0, 1, 0], (grantor) =>
      attempt(grantor, new HttpBrowser(), 'invented@example.com'),
    );
    expect(statuses).toEqual([400, 400, 400, 429, 429]);
  });

  it('count registrations of one address together', async () => {
    const statuses = await each([0, 1, 0, 1, 0], (grantor) => register(grantor, minimal));
    expect(statuses).toEqual([201, 201, 201, 429, 429]);
  });

  it('share the counts of the management API', async () => {
    const remaining = async (turn: number) =>
      (await servers[turn]?.api('GET', '/clients'))?.headers.get('ratelimit-remaining');
    expect(await remaining(0)).toBe('99');
    expect(await remaining(1)).toBe('99');
    // The second one settles after the first, and so learns of it.
    await settle();
    expect(await remaining(1)).toBe('97');
  });

  it('count token requests of one address together after a synchronization', async () => {
    const ask = (grantor: TestServer) =>
      fetch(`${grantor.issuer}/oauth2/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'authorization_code', client_id: 'unknown' }),
      });
    expect(new Set(await each(Array(60).fill(0), ask))).toEqual(new Set([401]));
    await settle();
    const statuses = await each(Array(60).fill(1), ask);
    await settle();
    const [last] = await each([1], ask);
    // A tenth of the limit is the most that the second server may add before it learns of the first.
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(50);
    expect(last).toBe(429);
  });
});

describe('limits that processes share', () => {
  let store: Store;
  let now = 1_800_000_000;
  const failures: unknown[] = [];
  const process = () =>
    createSharedLimits({
      store: store.rateLimits,
      tables: createMemoryTables(),
      clock: () => now,
      onFailure: (error) => failures.push(error),
    });
  beforeAll(async () => {
    store = await openStore(await createPostgresDatabase());
  });
  afterAll(() => store.close());

  it('of a hundred simultaneous attempts in two processes, exactly the limit succeeds', async () => {
    const settings = { name: 'exact', points: 30, windowSeconds: 60 };
    const limits = [process().exact(settings), process().exact(settings)];
    const usages = await Promise.all(
      Array.from({ length: 100 }, (_, index) => limits[index % 2]?.count('key')),
    );
    expect(usages.filter((usage) => usage !== undefined && waitOf(usage) === 0)).toHaveLength(30);
  });

  it('refund an attempt, and reset a key, for all processes', async () => {
    const settings = { name: 'refunds', points: 2, windowSeconds: 60 };
    const [one, other] = [process().exact(settings), process().exact(settings)];
    await one.count('key');
    await one.count('key');
    await one.refund('key');
    expect((await other.count('key')).used).toBe(2);
    await one.reset('key');
    expect((await other.count('key')).used).toBe(1);
  });

  it('end a wait with the shared window, also if one process has refused often', async () => {
    const settings = { name: 'waits', points: 3, windowSeconds: 60 };
    const [one, other] = [process().exact(settings), process().exact(settings)];
    for (let count = 0; count < 3; count += 1) await one.count('key');
    now += 50;
    for (let count = 0; count < 10; count += 1) {
      expect(await other.count('key')).toMatchObject({ used: 4, resetSeconds: 10 });
    }
    now += 10;
    expect(await other.count('key')).toMatchObject({ used: 1, resetSeconds: 60 });
  });

  it('query the database once for a key that is used up', async () => {
    const settings = { name: 'used up', points: 3, windowSeconds: 60 };
    const one = process().exact(settings);
    for (let count = 0; count < 3; count += 1) await one.count('key');
    let asked = 0;
    const other = createSharedLimits({
      store: {
        ...store.rateLimits,
        add(count, at) {
          asked += 1;
          return store.rateLimits.add(count, at);
        },
      },
      tables: createMemoryTables(),
      clock: () => now,
      onFailure: (error) => failures.push(error),
    }).exact(settings);
    for (let count = 0; count < 10; count += 1) expect(waitOf(await other.count('key'))).toBe(60);
    // The attempt, and taking it back.
    expect(asked).toBe(2);
  });

  it('start again after the window, and leave no row after a purge', async () => {
    const settings = { name: 'windows', points: 1, windowSeconds: 60 };
    const limit = process().exact(settings);
    expect((await limit.count('key')).used).toBe(1);
    now += 20;
    expect(await process().exact(settings).count('key')).toMatchObject({ used: 2, resetSeconds: 40 });
    now += 41;
    expect((await limit.count('key')).used).toBe(1);
    now += 3600;
    expect(await store.rateLimits.purge(now, 1000)).toBeGreaterThan(0);
    expect(await store.rateLimits.purge(now, 1000)).toBe(0);
  });

  it('in batches, exceed the limit by at most a tenth for each other process', async () => {
    const settings = { name: 'batches', points: 200, windowSeconds: 60 };
    const processes = [process(), process(), process()];
    const limits = processes.map(({ approximate }) => approximate(settings));
    let admitted = 0;
    for (let index = 0; index < 900; index += 1) {
      const usage = await limits[index % 3]?.count('key');
      if (usage !== undefined && waitOf(usage) === 0) admitted += 1;
      if (index % 30 === 0) for (const each of processes) await each.settle();
    }
    expect(admitted).toBeGreaterThanOrEqual(200);
    expect(admitted).toBeLessThanOrEqual(240);
  });

  it('count in memory while the database is unavailable, and log it once', async () => {
    const closed = await openStore(await createPostgresDatabase());
    await closed.close();
    const told: unknown[] = [];
    const limits = createSharedLimits({
      store: closed.rateLimits,
      tables: createMemoryTables(),
      clock: () => now,
      onFailure: (error) => told.push(error),
    });
    const exact = limits.exact({ name: 'exact', points: 2, windowSeconds: 60 });
    const batched = limits.approximate({ name: 'batched', points: 2, windowSeconds: 60 });
    for (const limit of [exact, batched]) {
      const waits: number[] = [];
      for (let count = 0; count < 3; count += 1) waits.push(waitOf(await limit.count('key')));
      expect(waits).toEqual([0, 0, 60]);
    }
    await limits.settle();
    expect(told).toHaveLength(1);
    expect(failures).toEqual([]);
  });
});
