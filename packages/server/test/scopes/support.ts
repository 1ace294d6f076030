import type { TestGrantor } from '../../../../test/kit/grantor.js';
import { addPersonWithKey } from '../../../../test/kit/person-with-key.js';

export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Response>;

/** Somebody who calls the management API with a key of theirs. */
export async function callerOf(
  grantor: TestGrantor,
  person: { readonly isAdmin?: boolean; readonly scopes?: readonly string[] } = {},
): Promise<{ readonly id: string; readonly call: Call }> {
  const { id, key } = await addPersonWithKey(grantor, person);
  return { id, call: callWith(grantor, key) };
}

/** Calls the API with a key. */
export function callWith(grantor: TestGrantor, key: string): Call {
  return (method, path, body, headers = {}) =>
    fetch(`${grantor.issuer}/api/2.0${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
}

/** What is in an answer, which must have the status. */
export async function read<T = Record<string, unknown>>(answer: Promise<Response>, status = 200): Promise<T> {
  const response = await answer;
  const text = await response.text();
  if (response.status !== status) throw new Error(`${response.status} and not ${status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/** The fields that an answer refuses, with their codes. */
export async function refusedFields(answer: Promise<Response>): Promise<readonly string[]> {
  const { errors = [] } = await read<{ errors?: { field: string; code?: string }[] }>(answer, 400);
  return errors.map(({ field, code }) => `${field} ${code ?? ''}`.trim());
}

/** A scope as an operator would define it. */
export const billing = {
  name: 'billing:read',
  group: 'billing',
  type: 'read',
  texts: {
    en: { title: 'See your invoices', description: 'All of them' },
    de: { title: 'Ihre Rechnungen sehen' },
    'pt-BR': { title: 'Ver suas faturas' },
  },
};

/** A group for it. */
export const billingGroup = { texts: { en: { title: 'Invoices' } } };

/** Defines a group with a read and a write. */
export async function defineBilling(
  call: Call,
  more: { readonly read?: object; readonly write?: object; readonly group?: object } = {},
): Promise<void> {
  await read(call('PUT', '/scope-groups/billing', { ...billingGroup, ...more.group }));
  await read(call('POST', '/scopes', { ...billing, ...more.read }), 201);
  const write = {
    ...billing,
    name: 'billing:write',
    type: 'write',
    texts: { en: { title: 'See and pay your invoices' } },
  };
  await read(call('POST', '/scopes', { ...write, ...more.write }), 201);
}
