import type { TestGrantor } from '../../../../test/kit/grantor.js';
import { addPersonWithKey } from '../../../../test/kit/person-with-key.js';

/** Somebody with a key to the management API. */
export interface Caller {
  readonly id: string;
  readonly person: TestGrantor['person'];
  /** Calls the management API with their key. */
  call(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
}

/** Makes a person, unless there is one with this username, and gives them a key. */
export async function callerFor(
  grantor: TestGrantor,
  username: string,
  options: { readonly isAdmin?: boolean; readonly scopes?: readonly string[] } = {},
): Promise<Caller> {
  const { id, person, key } = await addPersonWithKey(grantor, {
    ...options,
    username,
    name: `Name of ${username}`,
  });
  return {
    id,
    person,
    call: (method, path, body, headers = {}) =>
      fetch(`${grantor.issuer}/api/2.0${path}`, {
        method,
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
  };
}

/** The JSON of an answer that must have this status. */
export async function bodyOf<T = Record<string, unknown>>(response: Response, status = 200): Promise<T> {
  const text = await response.text();
  if (response.status !== status) throw new Error(`answered ${response.status} and not ${status}: ${text}`);
  return JSON.parse(text) as T;
}
