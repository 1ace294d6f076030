import type { TestGrantor } from '../../../../test/kit/grantor.js';
import { addPersonWithKey } from '../../../../test/kit/person-with-key.js';
import type { AuditEvent } from '../../src/storage/ports/index.js';

/** Somebody with a key to the management API. */
export interface Caller {
  readonly id: string;
  readonly name: string;
  readonly keyId: string;
  readonly key: string;
  readonly person: TestGrantor['person'];
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
}

/** Adds a person, and a key of theirs. */
export async function addCaller(
  grantor: TestGrantor,
  options: { readonly isAdmin?: boolean; readonly scopes?: readonly string[] } = {},
): Promise<Caller> {
  const { id, person, keyId, key } = await addPersonWithKey(grantor, options);
  return {
    id,
    name: person.name,
    keyId,
    key,
    person,
    call: (method, path, body, headers = {}) =>
      fetch(`${grantor.issuer}/api/2.0${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

/** What a successful answer holds. */
export async function read<T = Record<string, unknown>>(asked: Promise<Response>): Promise<T> {
  const response = await asked;
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** The newest events, whatever they are of. */
export async function newestEvents({ server }: TestGrantor): Promise<readonly AuditEvent[]> {
  return (await server.store.audit.list({ limit: 1000, after: null })).items;
}

/** The events that something leaves, the newest first. */
export async function eventsOf(grantor: TestGrantor, work: () => Promise<unknown>): Promise<AuditEvent[]> {
  const before = new Set((await newestEvents(grantor)).map(({ id }) => id));
  await work();
  return (await newestEvents(grantor)).filter(({ id }) => !before.has(id));
}
