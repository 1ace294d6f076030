import { expect } from 'vitest';

/** Expects a problem document with all members of the contract. */
export async function expectProblem(
  response: Response,
  status: number,
  title: string,
  path: string,
): Promise<{ readonly errors: readonly { readonly field: string; readonly code: string }[] }> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await response.json()) as { errors?: { field: string; code: string }[] };
  expect(problem).toMatchObject({
    type: expect.stringMatching(/^http/),
    title,
    status,
    detail: expect.any(String),
    instance: `/api/2.0${path}`,
  });
  return { errors: problem.errors ?? [] };
}

/** Expects a successful response without a body. */
export async function expectEmpty(response: Response): Promise<void> {
  expect(response.status).toBe(200);
  expect(await response.text()).toBe('');
}
