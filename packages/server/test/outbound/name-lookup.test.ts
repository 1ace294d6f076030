import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DnsServer } from '../../../../test/kit/dns-server.js';
import { createNameLookup, type NameLookupOptions } from '../../src/outbound/name-lookup.js';

const ADDRESSES: Readonly<Record<string, string>> = {
  'app.example.com': '198.41.0.4',
  'listed.example.com': '198.41.0.5',
};

let dns: DnsServer;
let folder: string;
let hostsFile: string;

beforeAll(async () => {
  dns = await DnsServer.start((name) =>
    name.startsWith('silent') ? 'silent' : (ADDRESSES[name] ?? 'unknown'),
  );
  folder = await mkdtemp(join(tmpdir(), 'grantor-hosts-'));
  hostsFile = join(folder, 'hosts');
  await writeFile(
    hostsFile,
    '127.0.0.1 machine # not comment.internal\n10.0.0.7\tjwks.internal Listed.example.com\n::1 machine\n',
  );
});
afterAll(async () => {
  await dns.stop();
  await rm(folder, { recursive: true });
});

function lookup(
  hostname: string,
  { trusted = false, ...options }: NameLookupOptions & { trusted?: boolean } = {},
) {
  const find = createNameLookup({ servers: [dns.address], hostsFile, ...options });
  return find(hostname, { trusted, signal: AbortSignal.timeout(2000) });
}

describe('the addresses of a name', () => {
  it('come from DNS', async () => {
    await expect(lookup('app.example.com')).resolves.toEqual([{ address: '198.41.0.4', family: 4 }]);
  });

  it('come from the hosts file if it lists the name', async () => {
    await expect(lookup('listed.example.com')).resolves.toEqual([{ address: '10.0.0.7', family: 4 }]);
    await expect(lookup('machine')).resolves.toEqual([
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]);
    expect(dns.asked).not.toContain('listed.example.com');
    await expect(lookup('comment.internal')).rejects.toThrow('ENOTFOUND');
  });

  it.each(['localhost', 'app.localhost'])(
    'are loopback for %s, without a DNS query (RFC 6761 §6.3)',
    async (name) => {
      await expect(lookup(name, { hostsFile: join(folder, 'missing') })).resolves.toEqual([
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 },
      ]);
      expect(dns.asked).not.toContain(name);
    },
  );

  it('come from the system for an unknown name in DNS, if the operator allowed the host', async () => {
    const systemLookup = vi.fn(async () => [{ address: '10.0.0.8', family: 4 }]);
    await expect(lookup('service', { trusted: true, systemLookup })).resolves.toEqual([
      { address: '10.0.0.8', family: 4 },
    ]);
    await expect(lookup('service', { systemLookup })).rejects.toThrow('ENOTFOUND');
    expect(systemLookup).toHaveBeenCalledOnce();
  });

  it('are given up if DNS does not respond, without asking the system, which would block a thread', async () => {
    const systemLookup = vi.fn(async () => []);
    const find = createNameLookup({ servers: [dns.address], hostsFile, systemLookup });
    const signal = AbortSignal.timeout(200);
    await expect(find('silent.example.com', { trusted: true, signal })).rejects.toThrow('ECANCELLED');
    expect(systemLookup).not.toHaveBeenCalled();
  });

  it('are looked up by the system for one name at a time (denial of service)', async () => {
    const started: string[] = [];
    const slow = Promise.withResolvers<{ address: string; family: number }[]>();
    const find = createNameLookup({
      servers: [dns.address],
      hostsFile,
      systemLookup: (hostname) => {
        started.push(hostname);
        return slow.promise;
      },
    });
    const request = { trusted: true, signal: AbortSignal.timeout(5000) };
    const lookups = ['one', 'two', 'three'].map((name) => find(name, request));
    await expect.poll(() => dns.asked).toEqual(expect.arrayContaining(['one', 'two', 'three']));
    await expect.poll(() => started).toHaveLength(1);
    slow.resolve([{ address: '10.0.0.9', family: 4 }]);
    await Promise.all(lookups);
    expect(started).toHaveLength(3);
  });
});
