import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { isIP, type LookupFunction, connect as tcpConnect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import { createGate } from './gate.js';
import { type Outbound, OutboundError, type OutboundResponse } from './outbound.js';
import { isPublicAddress } from './public-address.js';
import { readAnswer } from './read-answer.js';
import { createTrust, readTarget, type Target } from './target.js';

/** How long a call may take from its first byte of DNS to its last byte of body, in seconds. */
const TIMEOUT_SECONDS = 5;

/**
 * How many names are looked up at a time. The system's look-up holds one of Node's four threads for as long
 * as DNS takes, and passwords and signatures need the others.
 */
const MOST_LOOKUPS = 2;

/** How many calls may be under way: whoever makes Grantor call a slow server holds up no more than these. */
const MOST_CALLS = 64;

/** Finds every address of a name. */
export type Lookup = (hostname: string) => Promise<readonly LookupAddress[]>;

/** Where a connection goes: these addresses, whatever the name resolves to by now. */
export interface Connection {
  readonly hostname: string;
  readonly addresses: readonly LookupAddress[];
  readonly port: number;
  readonly secure: boolean;
}

export interface OutboundOptions {
  /** Hosts that may be called although they are private, and by http: `name`, or `name:port`. */
  readonly allowedHosts: readonly string[];
  readonly timeoutSeconds?: number;
  /** Stands in for DNS. */
  readonly lookup?: Lookup;
  /** Stands in for the network. */
  readonly connect?: (connection: Connection) => Duplex;
}

interface Message {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/**
 * Calls other servers with the defences that `Outbound` promises. A name is resolved once, every address
 * that it has is judged, and the connection goes to those addresses and no other, so that a name cannot
 * change its mind between the two (DNS rebinding). Proxies from the environment, cookies and connections
 * of earlier calls play no part.
 */
export function createOutbound(options: OutboundOptions): Outbound {
  const { timeoutSeconds = TIMEOUT_SECONDS, lookup = resolve, connect = connectTo } = options;
  const trusts = createTrust(options.allowedHosts);
  const lookUpInTurn = createGate(MOST_LOOKUPS);
  let calls = 0;

  async function addressesOf(
    { hostname, trusted }: Target,
    signal: AbortSignal,
  ): Promise<readonly LookupAddress[]> {
    const family = isIP(hostname);
    const addresses =
      family === 0 ? await lookUpInTurn(() => lookup(hostname), signal) : [{ address: hostname, family }];
    if (addresses.length === 0) throw new OutboundError('the name has no address');
    // One private address among public ones is refused too: who connects may take any of them.
    if (!trusted && !addresses.every(({ address }) => isPublicAddress(address))) {
      throw new OutboundError('the address is not of the public internet');
    }
    return addresses;
  }

  async function exchange(target: Target, message: Message, signal: AbortSignal): Promise<OutboundResponse> {
    const addresses = await beforeAbort(addressesOf(target, signal), signal);
    const { url, hostname, port, secure } = target;
    const response = await new Promise<IncomingMessage>((done, failed) => {
      const request = httpRequest({
        method: message.method,
        path: url.pathname + url.search,
        headers: { host: url.host, 'user-agent': 'Grantor', connection: 'close', ...message.headers },
        createConnection: () => connect({ hostname, addresses, port, secure }),
        signal,
      });
      request.once('response', done);
      request.on('error', failed);
      // A server that wants to speak something else (101) ends without an answer and without an error.
      request.once('close', () => failed(new OutboundError('the connection closed without an answer')));
      request.end(message.body);
    });
    try {
      return await readAnswer(response);
    } finally {
      response.destroy();
    }
  }

  async function send(text: string, message: Message): Promise<OutboundResponse> {
    const target = readTarget(text, trusts);
    if (calls >= MOST_CALLS)
      throw new OutboundError(`calling ${target.url.host} failed: too many calls are under way`);
    calls += 1;
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    try {
      return await exchange(target, message, signal);
    } catch (cause) {
      const reason = signal.aborted ? `took longer than ${timeoutSeconds} seconds` : reasonOf(cause);
      throw new OutboundError(`calling ${target.url.host} failed: ${reason}`, { cause });
    } finally {
      calls -= 1;
    }
  }

  return {
    get: (url, accept) => send(url, { method: 'GET', headers: { accept }, body: undefined }),
    post: (url, body, contentType) =>
      send(url, {
        method: 'POST',
        headers: { 'content-type': contentType, 'content-length': String(Buffer.byteLength(body)) },
        body,
      }),
  };
}

const resolve: Lookup = (hostname) => systemLookup(hostname, { all: true });

function connectTo({ hostname, addresses, port, secure }: Connection): Duplex {
  const pinned = {
    host: hostname,
    port,
    // Asked instead of DNS: what was judged is what is connected to.
    lookup: ((_hostname, _options, found) => found(null, [...addresses])) satisfies LookupFunction,
    autoSelectFamily: true,
  };
  if (!secure) return tcpConnect(pinned);
  // RFC 6066 §3: an address is no server name.
  const servername = isIP(hostname) === 0 ? hostname : '';
  return tlsConnect({ ...pinned, servername, rejectUnauthorized: true, ALPNProtocols: ['http/1.1'] });
}

/** DNS takes no signal: its answer comes too late instead. */
function beforeAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => aborted.reject(signal.reason as Error), { once: true });
  return Promise.race([work, aborted.promise]);
}

function reasonOf(error: unknown): string {
  // Where every address failed, the error of all of them has a code and no words.
  const { message, code } = error as { message?: string; code?: string };
  return message || code || 'unknown';
}
