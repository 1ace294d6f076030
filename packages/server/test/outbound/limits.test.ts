import type { LookupAddress } from 'node:dns';
import { expect, it } from 'vitest';
import { createOutbound } from '../../src/outbound/create-outbound.js';
import { OutboundError } from '../../src/outbound/outbound.js';

const NEVER = new Promise<readonly LookupAddress[]>(() => {});

/** Calls that never get past DNS, and the names that are being looked up: those whose calls are under way. */
function slowNetwork() {
  const underWay: string[] = [];
  const outbound = createOutbound({
    allowedHosts: [],
    timeoutSeconds: 1,
    lookup: (hostname) => {
      underWay.push(hostname);
      return NEVER;
    },
  });
  return { underWay, outbound };
}

const names = (count: number, name = 'slow') =>
  Array.from({ length: count }, (_, index) => `${name}-${index}`);

it('makes at most four simultaneous calls for one client, to any hosts (denial of service)', async () => {
  const { underWay, outbound } = slowNetwork();
  const caller = { purpose: 'requestObject', clientId: 'attacker' } as const;
  const calls = names(6).map((host) => outbound.get(`https://${host}.example/`, '*/*', caller));
  const settled = Promise.allSettled(calls);
  const honest = outbound.get('https://honest.example/', '*/*', { ...caller, clientId: 'honest' });
  await expect.poll(() => underWay).toContain('honest.example');
  expect(underWay).toEqual([...names(4).map((host) => `${host}.example`), 'honest.example']);
  await Promise.allSettled([honest, settled]);
});

it('makes at most eight simultaneous calls to one host, for all clients together', async () => {
  const { underWay, outbound } = slowNetwork();
  const calls = names(10, 'client').map((clientId) =>
    outbound.get('https://slow.example/', '*/*', { purpose: 'keySet', clientId }),
  );
  calls.push(outbound.get('https://other.example/', '*/*', { purpose: 'keySet', clientId: 'honest' }));
  const settled = Promise.allSettled(calls);
  await expect.poll(() => underWay).toContain('other.example');
  expect(underWay.filter((host) => host === 'slow.example')).toHaveLength(8);
  await settled;
});

it('keeps slots for logout and for key sets while request objects take all of theirs', async () => {
  const { underWay, outbound } = slowNetwork();
  const calls = names(40).map((name) =>
    outbound.get(`https://${name}.example/`, '*/*', { purpose: 'requestObject', clientId: name }),
  );
  calls.push(outbound.get('https://keys.example/', '*/*', { purpose: 'keySet', clientId: 'honest' }));
  calls.push(
    outbound.post('https://logout.example/', '', 'text/plain', { purpose: 'logout', clientId: 'honest' }),
  );
  const settled = Promise.allSettled(calls);
  await expect.poll(() => underWay).toEqual(expect.arrayContaining(['keys.example', 'logout.example']));
  expect(underWay.filter((host) => host.startsWith('slow-'))).toHaveLength(32);
  await settled;
});

it('queues a call until a slot is free', async () => {
  const asked: string[] = [];
  const outbound = createOutbound({
    allowedHosts: [],
    lookup: async (hostname) => {
      asked.push(hostname);
      return [{ address: '10.0.0.1', family: 4 }];
    },
  });
  const caller = { purpose: 'keySet', clientId: 'app' } as const;
  const hosts = names(8, 'a');
  await Promise.allSettled(hosts.map((host) => outbound.get(`https://${host}.example/`, '*/*', caller)));
  expect(asked).toHaveLength(8);
});

it('refuses at once if too many calls are queued, and recovers (denial of service)', async () => {
  const { outbound } = slowNetwork();
  const caller = { purpose: 'keySet', clientId: 'attacker' } as const;
  const ask = () => outbound.get('https://slow.example/', '*/*', caller).catch((error: unknown) => error);
  const slow = Promise.all(Array.from({ length: 8 }, ask));
  const refusal = await ask();
  expect(refusal).toBeInstanceOf(OutboundError);
  expect(String(refusal)).toContain('too many calls');
  await slow;
  expect(String(await ask())).toContain('took longer');
});

it('reserves slots for key sets that have responded, with any number of new clients with a hanging jwks_uri', async () => {
  const { underWay, outbound } = slowNetwork();
  const calls = names(100).map((name) =>
    outbound.get(`https://${name}.example/`, '*/*', { purpose: 'keySet', clientId: name }),
  );
  const settled = Promise.allSettled(calls);
  const honest = names(8, 'known').map((name) =>
    outbound.get(`https://${name}.example/`, '*/*', {
      purpose: 'keySet',
      clientId: name,
      hasResponded: true,
    }),
  );
  await expect
    .poll(() => underWay)
    .toEqual(expect.arrayContaining(names(8, 'known').map((name) => `${name}.example`)));
  expect(underWay.filter((host) => host.startsWith('slow-'))).toHaveLength(24);
  await Promise.allSettled([settled, ...honest]);
});
