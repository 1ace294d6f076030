import { expect } from 'vitest';

/** Expects a problem document with all members of the contract. */
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

/** Expects a successful response without a body. */
export async function expectEmpty(answer: Response): Promise<void> {
  expect(answer.status).toBe(200);
  expect(await answer.text()).toBe('');
}
