import { expect } from 'vitest';
import type { Reply } from './send.js';

/** The characters that `error_description` may have (RFC 6749 §5.2). */
const DESCRIPTION = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/;

/** What no response may contain: a stack, a file of the server, a message of a driver. */
const INSIDES =
  /\n\s+at |node_modules|\.(?:ts|js):\d+|file:\/\/|\/packages\/|SQLITE|TypeError|Error: (?!sign in)/;

/** What holds for every response to bad input. */
export function expectHarmless(reply: Reply): void {
  expect(reply.status).toBeLessThan(500);
  expect(reply.body).not.toMatch(INSIDES);
}

export interface Refusal {
  readonly error: string;
  /** The parameter that the description must name. */
  readonly names: string;
  readonly status?: number;
}

/** An OAuth error in JSON (RFC 6749 §5.2). */
export function expectOAuthError(reply: Reply, { error, names, status }: Refusal): void {
  expectHarmless(reply);
  const usual = error === 'invalid_client' || error === 'invalid_token' ? 401 : 400;
  expect({ status: reply.status, body: reply.body }).toEqual({
    status: status ?? usual,
    body: expect.stringContaining(`"error":"${error}"`),
  });
  expect(reply.headers.get('content-type')).toBe('application/json');
  expect(reply.headers.get('cache-control')).toBe('no-store');
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  const body = JSON.parse(reply.body) as Record<string, string>;
  expect(Object.keys(body)).toEqual(['error', 'error_description']);
  expect(body.error).toBe(error);
  expect(body.error_description).toMatch(DESCRIPTION);
  expect(body.error_description).toContain(names);
  if (reply.status === 401)
    expect(reply.headers.get('www-authenticate')).toMatch(/^(?:Basic|Bearer) realm="/);
}

/** A page for a user, with headers that let no script run and no site frame it. */
export function expectPage(reply: Reply, status: number): void {
  expectHarmless(reply);
  expect({ status: reply.status, location: reply.headers.get('location') }).toEqual({
    status,
    location: null,
  });
  expect(reply.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(reply.headers.get('cache-control')).toBe('no-store');
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  expect(reply.headers.get('x-frame-options')).toBe('DENY');
  const policy = reply.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toContain('unsafe');
  const body = reply.body.replaceAll(/<script id="(?:form|passkey)-script">.*?<\/script>/gs, '');
  expect(body).not.toMatch(/<script|<img|(?:href|src|action)="\s*(?:javascript|data):/i);
  // Attributes in quotes are text.
  expect(body.replaceAll(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\son[a-z]+\s*=/i);
}

/** An error that is shown and not sent, because the redirect URI may be untrusted. */
export function expectErrorPage(reply: Reply, { error, names, status = 400 }: Refusal): void {
  expectPage(reply, status);
  expect(reply.body).toContain(`<code>${error}</code>`);
  expect(textOf(reply.body)).toContain(names);
}

/** The page is about the form: it does not say that an app cannot be connected. */
export function expectRefusedForm(reply: Reply): void {
  expect(reply.body).toContain('This form was not accepted');
  expect(reply.body).not.toContain('This app cannot be connected');
}

/** An error that is redirected to the client (RFC 6749 §4.1.2.1), with `iss` (RFC 9207 §2) and `state`. */
export function expectErrorRedirect(
  reply: Reply,
  { error, names }: Refusal,
  {
    redirectUri,
    issuer,
    state,
    part = 'query',
  }: {
    readonly redirectUri: string;
    readonly issuer: string;
    readonly state: string | null;
    readonly part?: 'query' | 'fragment';
  },
): void {
  expectHarmless(reply);
  expect(reply.status).toBe(303);
  expect(reply.body).toBe('');
  expect(reply.headers.get('cache-control')).toBe('no-store');
  const location = reply.headers.get('location') ?? '';
  expect(location.slice(0, redirectUri.length + 1)).toBe(`${redirectUri}${part === 'query' ? '?' : '#'}`);
  const response = new URLSearchParams(location.slice(redirectUri.length + 1));
  expect({
    error: response.get('error'),
    iss: response.getAll('iss'),
    state: response.getAll('state'),
    code: response.get('code'),
  }).toEqual({ error, iss: [issuer], state: state === null ? [] : [state], code: null });
  expect(response.get('error_description')).toMatch(DESCRIPTION);
  expect(response.get('error_description')).toContain(names);
}

/** A refusal of the management API (RFC 9457). */
export function expectProblem(
  reply: Reply,
  { status, names }: { readonly status: number; readonly names: string },
): void {
  expectHarmless(reply);
  expect({ status: reply.status, body: reply.body }).toEqual({
    status,
    body: expect.stringContaining(names),
  });
  expect(reply.headers.get('content-type')).toBe('application/problem+json');
  expect(reply.headers.get('cache-control')).toBe('no-store');
  expect(JSON.parse(reply.body)).toMatchObject({ status, title: expect.any(String) });
}

/** The page's words as a user reads them. */
function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
