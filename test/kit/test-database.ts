import { inject } from 'vitest';

/**
 * Makes an empty PostgreSQL database on the server that all test files of a run share.
 *
 * @returns its URL
 * @throws Error with the reason when PostgreSQL cannot start: nothing is skipped
 */
export async function createPostgresDatabase(): Promise<string> {
  const response = await fetch(inject('postgresDesk'), { method: 'POST' });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
