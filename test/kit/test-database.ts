import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
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

/**
 * The URL of an empty database. It is removed after the run.
 *
 * @throws Error with the reason if PostgreSQL cannot start
 */
export async function createDatabase(kind: 'sqlite' | 'postgres'): Promise<string> {
  if (kind === 'postgres') return createPostgresDatabase();
  return `sqlite:${join(inject('databaseFolder'), `${randomUUID()}.db`)}`;
}
