import { expect } from 'vitest';
import { z } from 'zod';
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

/** The operations on apps, in the order in which the server matches them. */
export function operationsIn({ clients, clientLogos: logos }: Store): readonly Operation[] {
  // Only their descriptions are used; they never run.
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

/** The statuses with which every operation may refuse. */
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

/** Expects a status that the operation documents, and the documented body. */
export async function expectAsDocumented(
  operations: readonly Operation[],
  method: string,
  path: string,
  response: Response,
): Promise<void> {
  const target = `/api/2.0${path.replace(/\?.*$/, '')}`;
  const operation = operations.find(
    (each) => each.method === method && each.paths.some((of) => fits(of, target)),
  );
  if (operation === undefined) throw new Error(`there is no operation ${method} ${target}`);
  const { status } = response;
  const documented = operation.responses[status];
  const text = await response.text();
  if (documented === undefined) {
    expect([...everywhere, ...Object.keys(operation.refusals ?? {}).map(Number)]).toContain(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
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
