import { expect } from 'vitest';
import { z } from 'zod';
import { type databases, startGrantor, type TestGrantor } from '../../../../test/kit/grantor.js';
import { addPersonWithKey } from '../../../../test/kit/person-with-key.js';
import { clientInfoApi } from '../../src/api/client-info.api.js';
import { clientLifecycleApi } from '../../src/api/client-lifecycle.api.js';
import { createClientResponses } from '../../src/api/client-representation.js';
import { clientsApi } from '../../src/api/clients.api.js';
import type { Operation } from '../../src/api/operation.js';
import type { Registration } from '../../src/clients/registration.js';
import { withAliases } from '../../src/compat/compatibility.js';
import { docspaceClientFormat } from '../../src/compat/docspace/client-format.js';
import { clientsOfTenantApi } from '../../src/compat/docspace/clients.api.js';
import { aliasesOf } from '../../src/compat/docspace/paths.js';
import type { Store } from '../../src/storage/ports/index.js';

export type Document = Readonly<Record<string, unknown>> & { readonly client_id: string };

/** Somebody with an API key. Every answer they get is checked against what the operation says that it answers. */
export interface Caller {
  /** By which what they register is theirs. */
  readonly id: string;
  readonly call: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Response>;
  /** Registers an app; fails where that is refused. */
  readonly create: (fields?: Readonly<Record<string, unknown>>) => Promise<Document>;
  readonly show: (id: string) => Promise<Document>;
}

export interface People {
  readonly grantor: TestGrantor;
  readonly store: Store;
  readonly administrator: Caller;
  readonly otherAdministrator: Caller;
  readonly developer: Caller;
  readonly otherDeveloper: Caller;
  /** Whoever sends nothing. */
  readonly nobody: Caller;
}

export const minimal = { name: 'My app', redirect_uris: ['https://myapp.example.com/callback'] };

/** A server with two administrators and two developers. */
export async function startWithPeople(
  options: Parameters<typeof startGrantor>[0] & { readonly database?: (typeof databases)[number] } = {},
): Promise<People> {
  const grantor = await startGrantor(options);
  const { store } = grantor.server;
  const person = (name: string, isAdmin: boolean) => addPerson(grantor, name, isAdmin);
  return {
    grantor,
    store,
    administrator: await person('administrator', true),
    otherAdministrator: await person('other-administrator', true),
    developer: await person('developer', false),
    otherDeveloper: await person('other-developer', false),
    nobody: callerOf(grantor, '', undefined),
  };
}

async function addPerson(grantor: TestGrantor, name: string, isAdmin: boolean): Promise<Caller> {
  const { id, key } = await addPersonWithKey(grantor, {
    username: `${name}@example.com`,
    name,
    isAdmin,
    keyId: `key-of-${name}`,
  });
  return callerOf(grantor, id, key);
}

/** @param key none for whoever sends nothing */
export function callerOf(grantor: TestGrantor, id: string, key: string | undefined): Caller {
  const operations = operationsIn(grantor.server.store);
  const call: Caller['call'] = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${grantor.issuer}/api/2.0${path}`, {
      method,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    await expectAsDocumented(operations, method, path, answer.clone());
    return answer;
  };
  return {
    id,
    call,
    async create(fields = {}) {
      const answer = await call('POST', '/clients', { ...minimal, ...fields });
      expect({ status: answer.status, text: answer.status === 201 ? '' : await answer.text() }).toEqual({
        status: 201,
        text: '',
      });
      return (await answer.json()) as Document;
    },
    show: async (client) => (await (await call('GET', `/clients/${client}`)).json()) as Document,
  };
}

/** The operations on apps, in the order in which they are asked. */
function operationsIn({ clients, clientLogos: logos }: Store): readonly Operation[] {
  // They are read here, and never run.
  const registration = {} as Registration;
  const format = docspaceClientFormat;
  const responses = createClientResponses(format);
  return [
    ...clientInfoApi(clients, logos, responses),
    ...clientLifecycleApi({ clients, registration }),
    ...clientsOfTenantApi(clients),
    ...clientsApi({ clients, logos, format, responses, registration, caps: { perDeveloper: 0, total: 0 } }),
  ].map((operation) => withAliases(operation, aliasesOf));
}

/** What every operation may refuse with. */
const everywhere = [400, 401, 403, 404, 413, 415];

const problemSchema = z.strictObject({
  type: z.url(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  instance: z.string(),
  errors: z
    .array(
      z.strictObject({
        field: z.string(),
        code: z
          .enum(['EmptyFieldError', 'ErrorName', 'ErrorWrongURL', 'ErrorPattern', 'ErrorInvalidScope'])
          .optional(),
        message: z.string(),
      }),
    )
    .min(1)
    .optional(),
});

/** An answer has a status that its operation names, and is what it says that it is. */
async function expectAsDocumented(
  operations: readonly Operation[],
  method: string,
  path: string,
  answer: Response,
): Promise<void> {
  const target = `/api/2.0${path.replace(/\?.*$/, '')}`;
  const operation = operations.find(
    (each) => each.method === method && each.paths.some((of) => fits(of, target)),
  );
  if (operation === undefined) throw new Error(`there is no operation ${method} ${target}`);
  const { status } = answer;
  const documented = operation.responses[status];
  const text = await answer.text();
  if (documented === undefined) {
    expect([...everywhere, ...Object.keys(operation.refusals ?? {}).map(Number)]).toContain(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const problem = problemSchema.parse(JSON.parse(text));
    expect(problem).toMatchObject({ status, instance: target });
  } else if (documented.schema === undefined) {
    expect(text).toBe('');
  } else {
    documented.schema.parse(JSON.parse(text));
  }
}

function fits(pattern: string, target: string): boolean {
  const [wanted, parts] = [pattern.split('/'), target.split('/')];
  return (
    wanted.length === parts.length &&
    wanted.every((part, index) => part.startsWith(':') || part === parts[index])
  );
}

/** The refused fields of a 400 or 403, each with the kind of its problem. */
export async function refusedFields(answer: Response): Promise<Record<string, string | undefined>> {
  const { errors = [] } = (await answer.json()) as { errors?: { field: string; code?: string }[] };
  return Object.fromEntries(errors.map(({ field, code }) => [field, code]));
}
