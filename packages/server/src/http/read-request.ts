import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Context } from 'hono';
import type { EndpointRequest } from '../endpoints/endpoint.js';
import { unmapped } from '../throttling/network-of.js';
import { addressOf } from './address.js';
import type { BodyShare } from './body-budget.js';
import type { Browser } from './browser.js';
import { readBody } from './read-body.js';
import { type RequestConnection, refuseConsumedBody } from './request-connection.js';
import type { RequestLog } from './request-log.js';

export type GrantorContext = Context<{ Bindings: RequestConnection }>;

/** What belongs to a request besides what the client sent. */
export interface RequestSettings {
  readonly browser: Browser;
  readonly entry: RequestLog;
  /** The origin of the issuer. */
  readonly origin: string;
  /** The request's share of the memory for large bodies; the caller releases it. */
  readonly share: BodyShare;
  /** How many proxies of the operator every request comes through. */
  readonly trustedProxies: number;
  /** The most that the body may hold, in bytes. */
  readonly maxBodyBytes?: number | undefined;
}

/**
 * Reads a request for an endpoint.
 *
 * @throws OAuthError if the body cannot be read
 */
export async function readRequest(
  context: GrantorContext,
  { browser, entry, origin, share, trustedProxies, maxBodyBytes }: RequestSettings,
): Promise<EndpointRequest> {
  const { raw, url } = context.req;
  const question = url.indexOf('?');
  const path = pathOf(url);
  // The getters below capture no more than they need: the context would keep the response in memory.
  const { incoming } = context.env ?? {};
  const socket = incoming?.socket;
  if (raw.method !== 'GET' && raw.method !== 'HEAD') refuseConsumedBody(raw, incoming);
  return {
    method: raw.method,
    url: origin + path + (question === -1 ? '' : url.slice(question)),
    path,
    query: question === -1 ? '' : url.slice(question + 1),
    headers: raw.headers,
    pathParameters: context.req.param(),
    body: await readBody(raw, share, maxBodyBytes, incoming !== undefined),
    address: clientAddress(context, trustedProxies),
    // Each call parses the certificate.
    get clientCertificate() {
      return clientCertificateOf(socket);
    },
    note: entry.note,
    sessionCookie: browser.session,
    browser: browser.binding,
    knownBrowserCookie: browser.known,
    returnCookie: browser.returnTo,
    rememberedDeviceCookie: browser.remembered,
    // Making it gives an unknown browser an ID, so that only requests for a page with a form make it.
    get formToken() {
      return browser.formToken;
    },
  };
}

function clientCertificateOf(socket: Socket | undefined): X509Certificate | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
}

/** The network address that a request comes from. */
export function clientAddress(context: GrantorContext, trustedProxies: number): string {
  const { address, incoming } = context.env ?? {};
  if (address !== undefined) return unmapped(address);
  return addressOf(context.req.raw.headers, incoming?.socket.remoteAddress ?? 'unknown', trustedProxies);
}

/** The path of a URL, as it was sent. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  const question = url.indexOf('?', start);
  return question === -1 ? url.slice(start) : url.slice(start, question);
}
