import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { MemoryTables } from '../memory/tables.js';
import type { Outbound } from '../outbound/outbound.js';
import type { ClientLogoCopyStore, ClientRecord, ClientStore } from '../storage/ports/index.js';
import { dataUriOf, MOST_BYTES, readPicture } from './logo.js';

/** How soon another address of the same client is fetched, in seconds. */
const CHANGE_SECONDS = 60;

/** How soon an address without a usable picture is fetched again, in seconds. */
const RETRY_SECONDS = 3600;

/** The most concurrent fetches. A logo that is not fetched now is requested again by the next page. */
const MOST_UNDER_WAY = 8;

export interface LogoCopyDependencies {
  readonly copies: ClientLogoCopyStore;
  readonly clients: Pick<ClientStore, 'find'>;
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly tables: MemoryTables;
  /** The addresses of logos on this server. */
  readonly addresses: {
    of(clientId: string, version: string): string;
    isOwn(clientId: string, address: string | undefined): boolean;
  };
  /** A logo that could not be copied, for the log. */
  readonly onRefused: (clientId: string, reason: string) => void;
  /** Called with failures of this server. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Copies of logos that clients have at other servers (`logo_uri`, OpenID Connect Registration 1.0 §2), so that no
 * third party learns who opens a page and when, or changes the picture later.
 */
export interface LogoCopies {
  /**
   * The address of a client's logo for pages, always on this server. If there is no copy, starts fetching one and
   * does not wait for it. Each address is fetched once; an address without a usable picture once an hour.
   *
   * @returns undefined if there is no picture yet
   */
  addressFor(client: Pick<ClientRecord, 'id' | 'metadata'>): Promise<string | undefined>;
  /** The copy of a client's current logo, as a `data:` URI. */
  find(clientId: string): Promise<string | undefined>;
  /** Starts no more fetches, aborts the running ones, and resolves when no copy is being written. */
  stop(): Promise<void>;
}

export function createLogoCopies(dependencies: LogoCopyDependencies): LogoCopies {
  const { copies, clients, outbound, clock, tables, addresses, onRefused, onFailure } = dependencies;
  const underWay = new Map<string, Promise<void>>();
  const stopping = new AbortController();
  tables.announce({
    name: 'logos being copied by client',
    maxEntries: MOST_UNDER_WAY,
    eviction: 'refuses new entries',
    size: () => underWay.size,
  });

  function start(clientId: string, uri: string): void {
    if (stopping.signal.aborted || underWay.has(clientId) || underWay.size >= MOST_UNDER_WAY) return;
    const work = copy(clientId, uri)
      .catch(onFailure)
      .finally(() => underWay.delete(clientId));
    underWay.set(clientId, work);
  }

  async function copy(clientId: string, uri: string): Promise<void> {
    const now = clock();
    const times = { now, changedBefore: now - CHANGE_SECONDS, failedBefore: now - RETRY_SECONDS };
    if (!(await copies.claim(clientId, uri, times))) return;
    try {
      const dataUri = await unlessAborted(fetchLogo(outbound, uri, clientId), stopping.signal);
      await copies.keep(clientId, uri, { version: sha256(dataUri).slice(0, 16), dataUri });
    } catch (error) {
      onRefused(clientId, error instanceof Error ? error.message : String(error));
    }
  }

  return {
    async addressFor({ id, metadata: { logo_uri: uri } }) {
      if (uri === undefined || addresses.isOwn(id, uri)) return uri;
      const found = await copies.find(id);
      if (found?.logoUri === uri && found.version !== null) return addresses.of(id, found.version);
      const restSeconds = found?.logoUri === uri ? RETRY_SECONDS : CHANGE_SECONDS;
      if (found === undefined || found.askedAt <= clock() - restSeconds) start(id, uri);
      return undefined;
    },
    async find(clientId) {
      const uri = (await clients.find(clientId))?.metadata.logo_uri;
      return uri === undefined ? undefined : copies.findData(clientId, uri);
    },
    async stop() {
      stopping.abort(new Error('the server is stopping'));
      await Promise.all(underWay.values());
    },
  };
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([work, aborted.promise]).finally(() => signal.removeEventListener('abort', abort));
}

/** @throws Error if there is no picture that may be shown */
async function fetchLogo(outbound: Outbound, uri: string, clientId: string): Promise<string> {
  const { status, headers, body } = await outbound.download(
    uri,
    'image/png, image/jpeg, image/svg+xml',
    MOST_BYTES,
    { purpose: 'logo', clientId },
  );
  if (status !== 200) throw new Error(`the host of the logo responded with ${status}`);
  const [, type = ''] = /^image\/([a-z+]+)/i.exec(headers.get('content-type') ?? '') ?? [];
  const logo = readPicture(type.toLowerCase(), body);
  if ('problem' in logo) throw new Error(`the logo ${logo.problem}`);
  return dataUriOf(logo);
}
