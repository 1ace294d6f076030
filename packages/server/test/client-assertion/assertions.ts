import { createHmac, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { form, type RequestParameters } from '../../../../test/kit/test-app.js';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A JSON Web Token, which can be invalid in any way. */
export function jwt(
  header: Readonly<Record<string, unknown>>,
  claims: unknown,
  signature: (input: string) => Buffer,
): string {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${signature(input).toString('base64url')}`;
}

export const hmac =
  (secret: string | Buffer, hash = 'sha256') =>
  (input: string) =>
    createHmac(hash, secret).update(input).digest();

export const ecdsa = (key: KeyObject) => (input: string) =>
  sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });

export const rsa = (key: KeyObject) => (input: string) => sign('sha256', Buffer.from(input), key);

export const unsigned = () => Buffer.alloc(0);

export const elliptic = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The claims of a valid assertion (RFC 7523 §3) with these changes; undefined removes a claim. */
export function claimsOf(
  clientId: string,
  audience: unknown,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti: randomUUID(),
    iat: now,
    exp: now + 60,
    ...changes,
  };
}

/** Posts a form that authenticates the client by an assertion only. */
export function postAssertion(
  { issuer }: { readonly issuer: string },
  path: string,
  assertion: string,
  parameters: RequestParameters = {},
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(issuer + path, {
    method: 'POST',
    headers,
    body: form({ client_assertion_type: ASSERTION_TYPE, client_assertion: assertion, ...parameters }),
  });
}
