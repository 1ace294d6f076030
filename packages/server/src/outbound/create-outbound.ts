import type { LookupAddress } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { isIP, type LookupFunction, connect as tcpConnect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import { createNameLookup, type Lookup } from './name-lookup.js';
import {
  type Outbound,
  type OutboundCaller,
  OutboundError,
  type OutboundPurpose,
  type OutboundResponse,
} from './outbound.js';
import { isPublicAddress } from './public-address.js';
import { slotsOfPurpose } from './purposes.js';
import { readBody, textOf } from './read-body.js';
import { createSlots, type Slots } from './slots.js';
import { createTrust, readTarget, type Target } from './target.js';

/** How long a call can take, from the DNS query to the last byte of the body, in seconds. */
const TIMEOUT_SECONDS = 5;

/** The most bytes of a text response. */
const MAX_TEXT_BYTES = 64 * 1024;

/** Where a connection goes: to these addresses, even if the name has other ones now. */
export interface Connection {
  readonly hostname: string;
  readonly addresses: readonly LookupAddress[];
  readonly port: number;
  readonly secure: boolean;
}

export interface OutboundOptions {
  /** Hosts that can be called although they are private, and over http: `name` or `name:port`. */
  readonly allowedHosts: readonly string[];
  readonly timeoutSeconds?: number;
  /** Finds the addresses of names; the system's DNS servers unless set. */
  readonly lookup?: Lookup;
  /** Opens connections. Tests pass their own. */
  readonly connect?: (connection: Connection) => Duplex;
}

interface Message {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** The most bytes of the response. */
  readonly maxBytes: number;
}

/**
 * Calls other servers with the checks of `Outbound`. A name is resolved once, all of its addresses are checked, and the
 * connection goes to these addresses only (DNS rebinding). Proxies of the environment, cookies and connections of earlier
 * calls are not used.
 */
export function createOutbound(options: OutboundOptions): Outbound {
  const { timeoutSeconds = TIMEOUT_SECONDS, lookup = createNameLookup(), connect = connectTo } = options;
  const trusts = createTrust(options.allowedHosts);
  const slots = Object.fromEntries(
    Object.entries(slotsOfPurpose).map(([purpose, limits]) => [purpose, createSlots(limits)]),
  ) as Record<OutboundPurpose, Slots>;

  async function addressesOf(
    { hostname, trusted }: Target,
    signal: AbortSignal,
  ): Promise<readonly LookupAddress[]> {
    const family = isIP(hostname);
    const addresses =
      family === 0 ? await lookup(hostname, { trusted, signal }) : [{ address: hostname, family }];
    if (addresses.length === 0) throw new OutboundError('the name has no address');
    // One private address among public ones is refused, too: the connection can use any of them.
    if (!trusted && !addresses.every(({ address }) => isPublicAddress(address))) {
      throw new OutboundError('the address is not of the public internet');
    }
    return addresses;
  }

  async function exchange(
    target: Target,
    message: Message,
    signal: AbortSignal,
  ): Promise<OutboundResponse<Buffer>> {
    const addresses = await beforeAbort(addressesOf(target, signal), signal);
    const { url, hostname, port, secure } = target;
    let broken: Error | undefined;
    const response = await new Promise<IncomingMessage>((done, failed) => {
      const request = httpRequest({
        method: message.method,
        path: url.pathname + url.search,
        headers: { host: url.host, 'user-agent': 'Grantor', connection: 'close', ...message.headers },
        createConnection: () => connect({ hostname, addresses, port, secure }),
        signal,
      });
      request.once('response', done);
      request.on('error', (error) => {
        broken = error;
        failed(error);
      });
      // A server that switches protocols (101) ends without a response and without an error.
      request.once('close', () => failed(new OutboundError('the connection was closed without a response')));
      request.end(message.body);
    });
    try {
      const body = await readBody(response, message.maxBytes);
      // A body that ends with its connection also ends where the connection is cut (RFC 9112 §8).
      signal.throwIfAborted();
      if (broken !== undefined) throw broken;
      return body;
    } finally {
      response.destroy();
    }
  }

  async function send(
    text: string,
    message: Message,
    { purpose, ...caller }: OutboundCaller,
  ): Promise<OutboundResponse<Buffer>> {
    const target = readTarget(text, trusts);
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    let release: (() => void) | undefined;
    try {
      release = await slots[purpose].take({ host: target.hostname, ...caller }, signal);
      return await exchange(target, message, signal);
    } catch (cause) {
      const reason = signal.aborted ? `took longer than ${timeoutSeconds} seconds` : reasonOf(cause);
      const foundNoSlot = release === undefined;
      throw new OutboundError(`calling ${target.url.host} failed: ${reason}`, { cause, foundNoSlot });
    } finally {
      release?.();
    }
  }

  const download: Outbound['download'] = (url, accept, maxBytes, caller) =>
    send(url, { method: 'GET', headers: { accept }, body: undefined, maxBytes }, caller);

  const request: Outbound['request'] = async (url, { method, headers, body }, caller) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const message = { method, headers: { ...headers, ...length }, body, maxBytes: MAX_TEXT_BYTES };
    return textOf(await send(url, message, caller));
  };

  return {
    download,
    get: async (url, accept, caller) => textOf(await download(url, accept, MAX_TEXT_BYTES, caller)),
    post: (url, body, contentType, caller) =>
      request(url, { method: 'POST', headers: { 'content-type': contentType }, body }, caller),
    request,
  };
}

function connectTo({ hostname, addresses, port, secure }: Connection): Duplex {
  const pinned = {
    host: hostname,
    port,
    // In place of DNS: the connection goes to the checked addresses.
    lookup: ((_hostname, _options, found) => found(null, [...addresses])) satisfies LookupFunction,
    autoSelectFamily: true,
  };
  if (!secure) return tcpConnect(pinned);
  // RFC 6066 §3: an address is not a server name.
  const servername = isIP(hostname) === 0 ? hostname : '';
  return tlsConnect({ ...pinned, servername, rejectUnauthorized: true, ALPNProtocols: ['http/1.1'] });
}

/** The system's lookup cannot be aborted, so a late result is ignored. */
function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => aborted.reject(signal.reason as Error), { once: true });
  return Promise.race([work, aborted.promise]);
}

function reasonOf(error: unknown): string {
  // If every address failed, the combined error has a code and no message.
  const { message, code } = error as { message?: string; code?: string };
  return message || code || 'unknown';
}
