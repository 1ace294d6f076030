import { expect } from 'vitest';
import { type databases, startGrantor, type TestGrantor } from '../../../../test/kit/grantor.js';
import { addPersonWithKey } from '../../../../test/kit/person-with-key.js';
import { TestApp } from '../../../../test/kit/test-app.js';

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
  const username = `${name}@portal.example.com`;
  const { id: accountId, person, key } = await addPersonWithKey(grantor, { username, name, isAdmin });
  return {
    accountId,
    username,
    password: person.password,
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

/** An app as the API shows it. */
export type Document = Readonly<Record<string, unknown>> & {
  readonly client_id: string;
  readonly client_secret?: string;
};

const CALLBACK = 'https://app.example.com/callback';

/** What a program written for the portal sends, with all nine fields that it must send there. */
export const complete = {
  name: 'My app',
  description: 'Does things',
  logo: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  website_url: 'https://app.example.com',
  terms_url: 'https://app.example.com/terms',
  policy_url: 'https://app.example.com/privacy',
  logout_redirect_uri: 'https://app.example.com/bye',
  redirect_uris: ['http://localhost:3000/callback', 'claude://callback'],
  allowed_origins: ['http://localhost:3000', 'claude://app'],
  scopes: ['files:read', 'rooms:write'],
  allow_pkce: true,
  is_public: false,
};

export const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
/** The ID of an app that there is not. */
export const unknown = '00000000-0000-4000-8000-000000000000';

/** Registers an app with all nine fields, or others. */
export async function make(caller: Caller, fields: Record<string, unknown> = {}): Promise<Document> {
  const answer = await caller.api('POST', '/clients', { ...complete, ...fields });
  expect(answer.status).toBe(201);
  return (await answer.json()) as Document;
}

/** Registers an app of one caller's, in the browser of another. */
export async function makeAppFor(
  { grantor }: Portal,
  developer: Caller,
  person: Caller,
  fields: Record<string, unknown> = {},
): Promise<TestApp> {
  const { client_id: id, client_secret: secret } = await make(developer, {
    redirect_uris: [CALLBACK],
    ...fields,
  });
  return new TestApp(grantor.issuer, id, secret, CALLBACK, { ...person, name: person.username });
}

/** A success with nothing in it. */
export async function expectEmpty(answer: Response): Promise<void> {
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('');
}
