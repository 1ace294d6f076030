import type { EndpointResponse, PageResponse } from '../endpoints/endpoint.js';
import { type Brand, ownAddress, renderPage } from '../pages/index.js';
import { formatChallenge } from '../protocol/index.js';
import type { Language } from '../texts/languages.js';
import type { Texts } from '../texts/texts.js';

/** The properties of the server that every response depends on. */
export interface Site {
  readonly issuer: string;
  /** Whether clients reach the server by https. */
  readonly secure: boolean;
  /** Path of the issuer: empty, or `/auth`. */
  readonly base: string;
  /** Pages of the operator, at which a form may end by redirect. */
  readonly operatorPages?: readonly string[];
  readonly texts: Texts;
  readonly brand: Brand;
}

/**
 * Turns an endpoint's response into bytes, cookies and headers. Every header is set once, before anything is sent.
 *
 * @param languageFor chooses the language of a page
 * @param more headers that the route adds to every response
 */
export function renderResponse(
  response: EndpointResponse,
  cookies: readonly string[],
  { issuer, secure, base, texts, brand, operatorPages = [] }: Site,
  languageFor: (page: PageResponse) => Language,
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers = new Headers({ 'x-content-type-options': 'nosniff', ...more });
  if (secure) headers.set('strict-transport-security', 'max-age=31536000');
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  // RFC 6749 §5.1: responses with tokens must not be cached. Cacheable responses set the header themselves.
  headers.set('cache-control', 'no-store');
  if (response.kind === 'redirect') {
    headers.set('location', ownAddress(base, response.location));
    headers.set('referrer-policy', 'no-referrer');
    // 303, so that a form's body is never sent on (RFC 9700 §4.12).
    return new Response(null, { status: 303, headers });
  }
  // RFC 9110 §15.5.14: the rest of the body is still on its way, and no next request can follow it.
  if (response.status === 413) headers.set('connection', 'close');
  if (response.kind === 'json' && response.body !== undefined)
    headers.set('content-type', 'application/json');
  if (response.kind === 'json' && response.challenge !== undefined) {
    headers.set('www-authenticate', formatChallenge(response.challenge, issuer));
  }
  for (const [name, value] of Object.entries(response.headers ?? {})) headers.set(name, value);
  if (response.kind !== 'page') {
    return new Response(response.body ?? null, { status: response.status, headers });
  }
  headers.set('content-type', 'text/html; charset=utf-8');
  headers.set('content-security-policy', contentSecurityPolicy(response, operatorPages));
  if (response.embeddable !== true) headers.set('x-frame-options', 'DENY');
  // Not `no-referrer`: browsers would then send our own forms with "Origin: null".
  headers.set('referrer-policy', 'same-origin');
  const { status, page } = response;
  if (isFixed(page)) return new Response(page ?? null, { status, headers });
  const language = languageFor(response);
  headers.set('content-language', language);
  headers.append('vary', 'Accept-Language');
  const app = response.appBrand && { ...response.appBrand, host: new URL(issuer).host };
  return new Response(renderPage(page, { base, texts: texts.in(language), brand, app }), { status, headers });
}

/** Whether a page is the same for every browser, so that it has no form and needs no cookie. */
function isFixed(page: PageResponse['page']): page is Uint8Array<ArrayBuffer> | undefined {
  return page === undefined || page instanceof Uint8Array;
}

/**
 * Only the page's own script may run, no site may frame the page, and forms go to this server or end at the client.
 * Browsers also apply `form-action` to the redirects after a form, including those of the client's own site.
 * Therefore all of https is allowed besides the client's redirect URI.
 */
function contentSecurityPolicy(
  { formTarget, script, frames = [], embeddable }: PageResponse,
  operatorPages: readonly string[],
): string {
  const targets = [...new Set(operatorPages.map(formActionSource))].map((source) => ` ${source}`).join('');
  return [
    "default-src 'none'",
    "style-src 'self'",
    ...(script === undefined ? [] : [`script-src ${script}`]),
    "img-src 'self'",
    "base-uri 'none'",
    ...(frames.length === 0 ? [] : [`frame-src ${[...new Set(frames.map(frameSource))].join(' ')}`]),
    `frame-ancestors ${embeddable === true ? '*' : "'none'"}`,
    `form-action 'self'${targets}${formTarget === undefined ? '' : ` https: ${formActionSource(formTarget)}`}`,
  ].join('; ');
}

/** The address without its query, which the grammar of sources does not have. */
function frameSource(uri: string): string {
  const source = formActionSource(uri);
  const path = (URL.parse(uri)?.pathname ?? '').replaceAll(';', '%3B').replaceAll(',', '%2C');
  return source.endsWith(':') ? source : source + path;
}

function formActionSource(uri: string): string {
  const url = URL.parse(uri);
  if (url === null) return "'none'";
  // The grammar of sources has no IPv6 addresses and no hosts of app schemes (CSP Level 3 §2.3.1).
  return url.origin === 'null' || url.hostname.startsWith('[') ? url.protocol : url.origin;
}
