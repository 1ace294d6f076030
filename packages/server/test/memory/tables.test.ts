import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { MAX_KEYS } from '../../src/throttling/memory-limits.js';
import { attempt, browserAt } from '../sign-in-throttle/support.js';

describe('the memory of a server', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({
      settings: {
        registration: 'open',
        trustedProxies: 1,
        apiReadsPerMinute: 600,
        apiWritesPerMinute: 120,
        apiRequestsPerMinutePerAddress: 1200,
        signInsPerAddress: 5,
      },
    });
  });
  afterAll(() => grantor.stop());

  it('has a fixed bound and a stated eviction for every limiter, cache and queue', () => {
    const tables = grantor.server.memory.list();
    const bounds = Object.fromEntries(tables.map(({ name, maxEntries }) => [name, maxEntries]));
    expect(bounds).toMatchObject({
      'sign-ins by address': MAX_KEYS,
      'sign-ins by address, IPv6 /48': MAX_KEYS,
      'sign-ins by login and address': MAX_KEYS,
      'sign-ins by login': MAX_KEYS,
      'sign-ins by known browser': MAX_KEYS,
      'audit events of refused sign-ins by account': MAX_KEYS,
      'refused sign-ins to be written': 1000,
      'passwords to be hashed': 64,
      'registrations by address': MAX_KEYS,
      'tokens by client since the last deletion': 10_000,
      'updates of registrations by address': MAX_KEYS,
      'token requests by address': MAX_KEYS,
      'token requests by client': MAX_KEYS,
      'authorization requests by address': MAX_KEYS,
      'authorization requests by client': MAX_KEYS,
      'introspection requests by address': MAX_KEYS,
      'introspection requests by client': MAX_KEYS,
      'API reads by caller': MAX_KEYS,
      'API writes by caller': MAX_KEYS,
      'API requests by address': MAX_KEYS,
    });
    for (const { name, maxEntries, eviction, size } of tables) {
      expect([name, maxEntries <= 100_000, size() <= maxEntries]).toEqual([name, true, true]);
      expect(eviction).not.toBe('');
    }
  });

  it('stays bounded when every request has a new name', async () => {
    for (let index = 0; index < 30; index += 1) {
      await attempt(grantor, browserAt('203.0.113.1'), `invented-${index}@example.com`);
      await fetch(`${grantor.issuer}/api/2.0/clients/invented-${index}`, {
        headers: { authorization: `Bearer invented-key-${index}`, 'x-forwarded-for': '203.0.113.1' },
      });
    }
    const grown = grantor.server.memory.list().filter(({ size }) => size() > 5);
    expect(grown.map(({ name }) => name)).toEqual([]);
  });
});
