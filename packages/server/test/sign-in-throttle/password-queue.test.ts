import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { createPasswords, hashPassword, type Passwords } from '../../src/accounts/passwords.js';
import { createMemoryTables } from '../../src/memory/tables.js';
import { createFairQueue } from '../../src/throttling/fair-queue.js';
import { browserAt, send, sizeOf } from './support.js';

describe('passwords that wait to be hashed', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({
      settings: { trustedProxies: 1, passwordHashes: 1, signInsPerAddress: 10_000 },
    });
  });
  afterAll(() => grantor.stop());

  it('are bounded: over the bound one address gets 503 with Retry-After, and another signs in', async () => {
    const attacker = browserAt('203.0.113.1');
    const page = await attacker.open(`${grantor.issuer}/signin`);
    const owner = browserAt('198.51.100.1');
    const ownPage = await owner.open(`${grantor.issuer}/signin`);
    const flood = Array.from({ length: 150 }, (_, index) =>
      send(attacker, page, `invented-${index}@example.com`, 'a guess'),
    );
    const honest = send(owner, ownPage, grantor.user.username, grantor.user.password);
    const responses = await Promise.all(flood);
    const busy = responses.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(20);
    expect(busy[0]?.headers.get('retry-after')).toBe('2');
    expect(await busy[0]?.text()).toContain('The server is busy at the moment');
    expect((await honest).status).toBe(303);
    expect(sizeOf(grantor, 'passwords to be hashed')).toBe(0);
  });

  it('are checked for a browser that has signed in before, also while strangers of many networks fill the queue', async () => {
    const known = browserAt('198.51.100.2');
    const { username, password } = grantor.user;
    await send(known, await known.open(`${grantor.issuer}/signin`), username, password);
    const again = await known.open(`${grantor.issuer}/signin?again`);
    const strangers = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const browser = browserAt(`192.0.${index}.1`);
        return { browser, page: await browser.open(`${grantor.issuer}/signin`) };
      }),
    );
    const guess = ({ browser, page }: (typeof strangers)[number]) =>
      send(browser, page, 'unknown', 'a guess');
    const [before, after] = [strangers.slice(0, 40), strangers.slice(40)];
    const flood = before.map(guess);
    const honest = send(known, again, username, password);
    flood.push(...after.map(guess));
    expect((await honest).status).toBe(303);
    expect((await Promise.all(flood)).some(({ status }) => status === 503)).toBe(true);
  });

  it('an attempt that was refused with 503 does not count against the login', async () => {
    const attacker = browserAt('203.0.113.2');
    const page = await attacker.open(`${grantor.issuer}/signin`);
    const flood = Array.from({ length: 100 }, (_, index) =>
      send(attacker, page, `other-${index}@example.com`, 'a'),
    );
    const statuses = (await Promise.all(flood)).map(({ status }) => status);
    const tried = statuses.filter((status) => status === 400).length;
    const busy = statuses.filter((status) => status === 503).length;
    expect([tried + busy, busy > 0]).toEqual([100, true]);
    for (let index = 0; index < 100; index += 1) {
      if (statuses[index] !== 503) continue;
      const again: number[] = [];
      for (let count = 0; count < 10; count += 1) {
        again.push((await send(attacker, page, `other-${index}@example.com`, 'a')).status);
      }
      expect(again).toEqual(Array(10).fill(400));
      return;
    }
  });
});

describe('a password', () => {
  const secret = Buffer.alloc(32, 7);
  let passwords: Passwords;
  const work = { lane: 'test', isKnown: false };
  beforeAll(async () => {
    const queue = createFairQueue(createMemoryTables(), { name: 'test', concurrency: 1, maxWaiting: 9 });
    passwords = await createPasswords(
      queue,
      () => secret,
      async () => [],
    );
  });

  it('of an account without one is never the password of the substitute hash', async () => {
    const standIn = secret.toString('base64url');
    expect(await passwords.matches(await hashPassword(standIn), standIn, work)).toBe(true);
    for (const missing of [null, undefined])
      expect(await passwords.matches(missing, standIn, work)).toBe(false);
  });

  it('is compared in Unicode normal form C, in which it was stored', async () => {
    const hash = await hashPassword('caf\u00e9 au lait');
    expect(await passwords.matches(hash, 'cafe\u0301 au lait', work)).toBe(true);
    expect(await passwords.matches(await hashPassword('cafe\u0301'), 'caf\u00e9', work)).toBe(true);
  });
});
