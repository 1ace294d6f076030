import { parameterTable } from '../../../src/protocol/index.js';
import type { Sending } from './send.js';

/** Numbers from 0 up to 1 that are the same for the same seed (the mulberry32 generator). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const paths = [
  '/oauth2/authorize',
  '/oauth2/token',
  '/oauth2/userinfo',
  '/oauth2/revoke',
  '/signin',
  '/consent',
  '/signin/switch',
  '/api/2.0/clients',
  '/api/2.0/clients/some-id',
  '/api/2.0/clients/some-id/regenerate',
  '/api/2.0/clients/some-id/activation',
  '/api/2.0/clients/some-id/revoke',
  '/api/2.0/clients/some-id/scopes/approve',
  '/api/2.0/clients/some-id/public/info',
  '/api/2.0/clients/info',
  '/api/2.0/consents',
  '/api/2.0/grants',
  '/api/2.0/scopes',
  '/api/2.0/scopes/accounts:read',
  '/api/2.0/scope-groups/accounts',
  '/api/2.0/scope-requests',
  '/api/2.0/accounts',
  '/api/2.0/accounts/some-id',
  '/api/2.0/keys',
  '/api/2.0/keys/some-id',
  '/api/2.0/audit',
  '/api/2.0/registration-tokens',
  '/api/2.0/people/@self',
  '/api/2.0/security/oauth2/token',
  '/logos/some-id',
  '/.well-known/openid-configuration',
  '/oauth2/jwks',
  '/health',
  '/',
  '/nowhere',
];

const methods = ['GET', 'GET', 'POST', 'POST', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

const types = [
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded',
  'application/json',
  'application/json; charset=utf-16',
  'text/plain',
  'multipart/form-data; boundary=x',
  '',
];

const names = [
  ...Object.keys(parameterTable),
  'ticket',
  'csrf_token',
  'username',
  'password',
  'decision',
  'session',
  'name',
  'redirectUris',
  'limit',
  'last_client_id',
  'last_created_on',
  'last_modified_on',
  'account_id',
  'scopes',
  'logo',
  'overlap_seconds',
  'status',
  '__proto__',
  'constructor',
  '',
];

/** Encoded texts on which other servers have failed. */
const pieces = [
  '',
  'a',
  'code',
  'authorization_code',
  'refresh_token',
  'openid',
  'S256',
  'none',
  '%00',
  '%FF',
  '%ED%A0%80',
  '%C2%85',
  '%F0%9D%84%9E',
  '%',
  '%zz',
  '%0D%0AX:%20y',
  '%22%3E%3Cscript%3E',
  "'%20OR%201=1--",
  '../',
  '__proto__',
  '[object%20Object]',
  '-1',
  '1e309',
  '9999999999999999999',
  'https://app.example.com/callback',
  'javascript:alert(1)',
  'eyJhbGciOiJub25lIn0.e30.',
  '{}',
  '[]',
  'null',
  '+',
  '%2B',
  '%25',
  '%E2%80%AE',
];

const jsonValues = [
  '1',
  '-0',
  '1e309',
  'true',
  'null',
  '""',
  '"a"',
  '"\\u0000"',
  '"\\ud800"',
  '[]',
  '["a"]',
  '{}',
  '{"a":{}}',
  '[[[[]]]]',
  '{"length":1}',
  'nonsense',
];

export interface FuzzedRequest {
  readonly path: string;
  readonly sending: Sending;
}

/**
 * A random request of parts that have caused failures.
 *
 * @param known values that the server accepts, such as a client ID, so that later checks are reached
 */
export function fuzzedRequest(random: () => number, known: readonly string[], apiKey: string): FuzzedRequest {
  const below = (count: number) => Math.floor(random() * count);
  const pick = (choices: readonly string[]) => choices[below(choices.length)] ?? '';
  const value = () => {
    const kind = below(10);
    if (kind < 3) return encodeURIComponent(pick(known));
    if (kind === 9) return pick(pieces).repeat(below(3000));
    return Array.from({ length: 1 + below(3) }, () => pick(pieces)).join('');
  };
  const form = () =>
    Array.from({ length: below(12) }, () => `${pick(names)}${below(9) === 0 ? '' : '='}${value()}`).join('&');
  const json = () => {
    const members = Array.from({ length: below(8) }, () => {
      const member = below(2) === 0 ? JSON.stringify(pick(known)) : pick(jsonValues);
      return `"${pick(names)}":${member}`;
    });
    return below(8) === 0 ? pick(jsonValues) : `{${members.join(',')}}`;
  };

  const method = pick(methods);
  const type = pick(types);
  // Over 64 KiB of headers the server hangs up, which has a test of its own.
  const query = below(2) === 0 ? `?${form().slice(0, 40_000)}` : '';
  const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
  const authorization = pick([
    '',
    `Bearer ${apiKey}`,
    `Bearer ${pick(known)}`,
    `Basic ${Buffer.from(`${pick(known)}:${pick(known)}`).toString('base64')}`,
    `Basic ${value().slice(0, 5000)}`,
    'Basic',
    'Bearer',
  ]);
  if (authorization !== '') headers.authorization = authorization;
  if (below(3) === 0) {
    headers.cookie = `grantor_session=${value().slice(0, 5000)}; grantor_browser_a=${pick(known)}`;
  }
  if (below(4) === 0) headers.accept = 'text/html';
  if (method === 'GET' || method === 'HEAD')
    return { path: pick(paths) + query, sending: { method, headers } };
  const body = type.includes('json') ? json() : form();
  return { path: pick(paths) + query, sending: { method, headers, body, chunked: below(2) === 0 } };
}
