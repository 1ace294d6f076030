import type { Answer, PageAnswer } from '../endpoints/endpoint.js';
import { renderPage } from '../pages/index.js';

/** Turns an endpoint's answer into a response, every header set once and before anything is sent. */
export function renderAnswer(answer: Answer, cookies: readonly string[], secure: boolean): Response {
  const headers = new Headers({ 'x-content-type-options': 'nosniff' });
  if (secure) headers.set('strict-transport-security', 'max-age=31536000');
  for (const cookie of cookies) headers.append('set-cookie', cookie);
  // RFC 6749 §5.1: nothing that carries a token may be cached; what may be says so itself.
  headers.set('cache-control', 'no-store');
  if (answer.kind === 'redirect') {
    headers.set('location', answer.location);
    headers.set('referrer-policy', 'no-referrer');
    // 303, so that a form's body is never sent on (RFC 9700 §4.12).
    return new Response(null, { status: 303, headers });
  }
  // RFC 9110 §15.5.14: the rest of the body is still on its way, and no next request can follow it.
  if (answer.status === 413) headers.set('connection', 'close');
  if (answer.kind === 'json' && answer.body !== undefined) headers.set('content-type', 'application/json');
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers.set(name, value);
  if (answer.kind === 'json') {
    return new Response(answer.body ?? null, { status: answer.status, headers });
  }
  headers.set('content-type', 'text/html; charset=utf-8');
  headers.set('content-security-policy', contentSecurityPolicy(answer));
  headers.set('x-frame-options', 'DENY');
  // Not no-referrer: browsers would then send our own forms with "Origin: null".
  headers.set('referrer-policy', 'same-origin');
  return new Response(renderPage(answer.page), { status: answer.status, headers });
}

/**
 * Nothing may run, nothing may frame the page, and forms stay here or end at the client.
 *
 * Browsers hold `form-action` against the redirects after a form too, those of the client's own site
 * included, hence all of https beside the client's redirect URI.
 */
function contentSecurityPolicy({ formTarget, script }: PageAnswer): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    ...(script === undefined ? [] : [`script-src ${script}`]),
    "img-src 'self' https:",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action 'self'${formTarget === undefined ? '' : ` https: ${formActionSource(formTarget)}`}`,
  ].join('; ');
}

function formActionSource(uri: string): string {
  const url = URL.parse(uri);
  if (url === null) return "'none'";
  // The grammar of sources knows no IPv6 addresses, nor hosts of app schemes (CSP Level 3 §2.3.1).
  return url.origin === 'null' || url.hostname.startsWith('[') ? url.protocol : url.origin;
}
