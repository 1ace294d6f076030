import type { LookupAddress } from 'node:dns';
import { lookup as getAddrInfo, Resolver } from 'node:dns/promises';
import { readHostsFile } from './hosts-file.js';
import { createSlots } from './slots.js';

/** How long a DNS query waits for its response, in milliseconds. The second attempt waits twice as long. */
const QUERY_MILLISECONDS = 1000;
const TRIES = 2;

/** RFC 6761 §6.3: names of this machine. */
const LOOPBACK: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** The error codes of DNS for an unknown name. */
const UNKNOWN_NAME: readonly unknown[] = ['ENOTFOUND', 'ENODATA', 'ESERVFAIL', 'EREFUSED', 'ECONNREFUSED'];

/** A name to resolve. */
export interface LookupRequest {
  /** Whether the operator allowed the host by name. */
  readonly trusted: boolean;
  readonly signal: AbortSignal;
}

/** Finds every address of a name. */
export type Lookup = (hostname: string, request: LookupRequest) => Promise<readonly LookupAddress[]>;

export interface NameLookupOptions {
  /** DNS servers as `address` or `address:port`. Default: those of the system. */
  readonly servers?: readonly string[];
  readonly hostsFile?: string;
  /** The lookup of the system. Tests pass their own. */
  readonly systemLookup?: (hostname: string) => Promise<readonly LookupAddress[]>;
}

/**
 * Resolves names with DNS queries on sockets (c-ares). The system's lookup occupies one of libuv's four threads until DNS
 * responds, and an attacker could occupy all of them with names whose servers never respond.
 *
 * Names that the operator allowed and that DNS does not know are looked up by the system, which also knows search
 * domains and multicast DNS: one at a time, so that three threads stay free.
 */
export function createNameLookup(options: NameLookupOptions = {}): Lookup {
  const { servers = [], hostsFile = '/etc/hosts', systemLookup = lookUpInSystem } = options;
  const systemSlots = createSlots({ all: 1, perHost: 1, perClient: 1, waiting: 16 });

  async function lookUpBySystem(hostname: string, signal: AbortSignal): Promise<readonly LookupAddress[]> {
    const release = await systemSlots.take({ host: hostname, clientId: hostname }, signal);
    // The slot is free when the thread is, which can be after the signal is aborted.
    return systemLookup(hostname).finally(release);
  }

  return async (hostname, { trusted, signal }) => {
    const listed = await readHostsFile(hostsFile, hostname);
    if (listed.length > 0) return listed;
    if (hostname === 'localhost' || hostname.endsWith('.localhost')) return LOOPBACK;
    try {
      return await query(hostname, servers, signal);
    } catch (error) {
      if (!trusted || !UNKNOWN_NAME.includes((error as { code?: unknown }).code)) throw error;
      return lookUpBySystem(hostname, signal);
    }
  };
}

const lookUpInSystem = (hostname: string) => getAddrInfo(hostname, { all: true });

async function query(
  hostname: string,
  servers: readonly string[],
  signal: AbortSignal,
): Promise<readonly LookupAddress[]> {
  signal.throwIfAborted();
  // One for each lookup: it can be cancelled alone, and has the current servers of the system.
  const resolver = new Resolver({ timeout: QUERY_MILLISECONDS, tries: TRIES });
  if (servers.length > 0) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel);
  try {
    const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    if (four.status === 'rejected' && six.status === 'rejected') throw four.reason;
    return [...addresses(four, 4), ...addresses(six, 6)];
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

function addresses(found: PromiseSettledResult<readonly string[]>, family: 4 | 6): readonly LookupAddress[] {
  return found.status === 'fulfilled' ? found.value.map((address) => ({ address, family })) : [];
}
