import { expect } from 'vitest';
import { type databases, startGrantor, type TestGrantor } from '../../../../test/kit/grantor.js';
import { createAccount } from '../../src/accounts/create-account.js';
import { systemClock } from '../../src/crypto/clock.js';
import { sha256 } from '../../src/crypto/hash.js';

/** Somebody who calls the API: with the signature that the portal's programs send, got for a key of theirs. */
export interface Caller {
  readonly accountId: string;
  readonly username: string;
  readonly password: string;
  readonly key: string;
  /** Calls the API with an `x-signature` header. */
  api(method: string, path: string, body?: unknown): Promise<Response>;
}

/** A portal with everybody in it. */
export interface Portal {
  readonly grantor: TestGrantor;
  readonly admin: Caller;
  readonly developer: Caller;
  /** Another developer, who must see nothing of the first one's. */
  readonly stranger: Caller;
}

/** @param settings of the server */
export async function startPortal(
  database: (typeof databases)[number],
  settings: Parameters<typeof startGrantor>[0] = {},
): Promise<Portal> {
  const grantor = await startGrantor({ ...settings, database });
  return {
    grantor,
    admin: await addCaller(grantor, 'admin', true),
    developer: await addCaller(grantor, 'developer', false),
    stranger: await addCaller(grantor, 'stranger', false),
  };
}

/** Adds a person with an API key. */
export async function addCaller(grantor: TestGrantor, name: string, isAdmin: boolean): Promise<Caller> {
  const { accounts, apiKeys } = grantor.server.store;
  const username = `${name}@portal.example.com`;
  const password = `the password of ${name}`;
  await createAccount(accounts, systemClock, { email: username, password, name, isAdmin });
  const accountId = (await accounts.findByLogin(username))?.id ?? '';
  const key = `sk-the-key-of-${name}-with-enough-characters`;
  await apiKeys.create({
    id: `key-of-${name}`,
    name,
    hash: sha256(key),
    prefix: 'sk-the',
    accountId,
    scopes: null,
    createdAt: systemClock(),
    expiresAt: null,
    lastUsedAt: null,
  });
  return {
    accountId,
    username,
    password,
    key,
    api: async (method, path, body) =>
      call(grantor, method, path, { 'x-signature': await signatureFor(grantor, key) }, body),
  };
}

/** The JWT that the portal gives for a key (`GET /api/2.0/security/oauth2/token`). */
export async function signatureFor(grantor: TestGrantor, key: string): Promise<string> {
  const answer = await call(grantor, 'GET', '/security/oauth2/token', { authorization: `Bearer ${key}` });
  expect(answer.status).toBe(200);
  const { response } = (await answer.json()) as { response: string };
  return response;
}

/** Calls the API below `/api/2.0`; a body is sent as JSON. */
export function call(
  grantor: TestGrantor,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
): Promise<Response> {
  return fetch(`${grantor.issuer}/api/2.0${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

/** A problem document with everything that the contract gives it. */
export async function expectProblem(
  answer: Response,
  status: number,
  title: string,
  path: string,
): Promise<{ readonly errors: readonly { readonly field: string; readonly code: string }[] }> {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await answer.json()) as { errors?: { field: string; code: string }[] };
  expect(problem).toMatchObject({
    type: expect.stringMatching(/^http/),
    title,
    status,
    detail: expect.any(String),
    instance: `/api/2.0${path}`,
  });
  return { errors: problem.errors ?? [] };
}
