import type { LookupAddress } from 'node:dns';
import { expect, it } from 'vitest';
import { createOutbound } from '../../src/outbound/create-outbound.js';
import { OutboundError } from '../../src/outbound/outbound.js';

const NEVER = new Promise<readonly LookupAddress[]>(() => {});

it('looks up two names at a time, so that slow DNS leaves threads for passwords (denial of service)', async () => {
  const asked: string[] = [];
  const outbound = createOutbound({
    allowedHosts: [],
    timeoutSeconds: 1,
    lookup: (hostname) => {
      asked.push(hostname);
      return NEVER;
    },
  });
  const calls = Array.from({ length: 8 }, (_, index) =>
    outbound.get(`https://slow-${index}.example/`, '*/*'),
  );
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  expect(asked).toEqual(['slow-0.example', 'slow-1.example']);
});

it('asks on when DNS has answered', async () => {
  const asked: string[] = [];
  const outbound = createOutbound({
    allowedHosts: [],
    lookup: async (hostname) => {
      asked.push(hostname);
      return [{ address: '10.0.0.1', family: 4 }];
    },
  });
  const hosts = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example'];
  await Promise.allSettled(hosts.map((host) => outbound.get(`https://${host}/`, '*/*')));
  expect(asked).toEqual(hosts);
});

it('has no more than 64 calls under way, and then refuses at once (denial of service)', async () => {
  const outbound = createOutbound({ allowedHosts: [], timeoutSeconds: 1, lookup: () => NEVER });
  const slow = Array.from({ length: 64 }, () => outbound.get('https://slow.example/', '*/*'));
  const settled = Promise.allSettled(slow);
  const refusal = await outbound.get('https://other.example/', '*/*').catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(OutboundError);
  expect(String(refusal)).toContain('too many calls');
  await settled;
  const later = await outbound.get('https://other.example/', '*/*').catch((error: unknown) => error);
  expect(String(later)).not.toContain('too many calls');
});
