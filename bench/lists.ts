import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { median, type Round, type Runner } from './load.ts';
import { type Program, startGrantor } from './programs.ts';
import { many } from './scenarios.ts';
import { signIn } from './user.ts';
import { get } from './wire.ts';

/** The numbers of apps whose pages are compared. */
export const FEW = 1_000;
export const MANY = 100_000;

const API_KEY = 'a-key-for-the-bench-and-nothing-else';
/** The pages of 30 apps: of all apps or of the caller's own, and where they start. */
const PAGES = [
  { name: 'all apps, first page', own: false, inside: false },
  { name: 'all apps, from the middle', own: false, inside: true },
  { name: 'own apps, first page', own: true, inside: false },
  { name: 'own apps, from the middle', own: true, inside: true },
] as const;

const DEVELOPER = { username: 'developer@example.com', password: 'a password for the bench' };

/** A server with many apps, half of them of one developer, and the requests for its pages of apps. */
export interface ListBench {
  readonly program: Program;
  readonly runners: readonly Runner[];
}

export function prepareLists(folder: string, workers: number): Promise<readonly ListBench[]> {
  return Promise.all([FEW, MANY].map((count) => prepareList(folder, count, workers)));
}

/** The pages in a second with many apps, relative to those with few. */
export function compareLists(results: ReadonlyMap<string, readonly Round[]>) {
  return PAGES.map(({ name }) => {
    const few = results.get(nameOf(name, FEW)) ?? [];
    const rounds = results.get(nameOf(name, MANY)) ?? [];
    return {
      name,
      perSecond: Math.round(median(rounds.map(({ perSecond }) => perSecond))),
      ofFew: median(rounds.map(({ perSecond }, index) => perSecond / (few[index]?.perSecond ?? 1))),
      p50: median(rounds.map(({ p50 }) => p50)),
      p99: median(rounds.map(({ p99 }) => p99)),
    };
  });
}

const nameOf = (page: string, count: number) => `${page} of ${count}`;

/**
 * Starts a server with `count` apps.
 *
 * @param folder of its database
 * @param checkout the folder of the repository that the server is built in
 */
export async function prepareList(
  folder: string,
  count: number,
  workers: number,
  checkout?: string,
): Promise<ListBench> {
  const database = join(folder, `${count}.db`);
  const program = await startGrantor(
    {
      GRANTOR_DATABASE_URL: `sqlite:${database}`,
      GRANTOR_API_KEY: API_KEY,
      GRANTOR_DEVELOPERS: 'everybody',
      GRANTOR_API_READS_PER_MINUTE: '0',
      GRANTOR_API_REQUESTS_PER_MINUTE_PER_ADDRESS: '0',
    },
    checkout,
  );
  const { port } = program;
  const operator = { authorization: `Bearer ${API_KEY}` };
  const { username: email, password } = DEVELOPER;
  await create(port, '/accounts', { email, password, name: 'Developer' }, operator);
  const cookie = await signIn(port, DEVELOPER);
  const { key } = await create(port, '/keys', { name: 'Bench' }, { cookie });
  const developer = { authorization: `Bearer ${String(key)}` };
  const app = { name: 'App', redirect_uris: ['https://app.example.com/callback'] };
  const pattern = await create(port, '/clients', app, developer);
  const newest = Math.floor(Date.now() / 1000);
  fill(database, String(pattern.client_id), { count, newest });
  const middle = new URLSearchParams({
    last_client_id: `app-${count / 2}`,
    last_created_on: new Date((newest - count / 2) * 1000).toISOString(),
  });
  const runners = PAGES.map(async ({ name, own, inside }) => {
    const { authorization } = own ? developer : operator;
    const request = get(`/api/2.0/clients${inside ? `?${middle.toString()}` : ''}`, '', authorization);
    const operations = await many({ port }, workers, (wire) => async () => {
      const { status, body } = await wire.send(request);
      const apps = body.split('"client_id"').length - 1;
      if (status !== 200 || apps !== 30) throw new Error(`the response was ${status} with ${apps} apps`);
    });
    return { name: nameOf(name, count), workers: operations };
  });
  return { program, runners: await Promise.all(runners) };
}

async function create(
  port: number,
  path: string,
  fields: object,
  headers: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${port}/api/2.0${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(fields),
  });
  if (response.status !== 201) throw new Error(`not created: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

/** Copies one app in the database, because registering each would take minutes. */
function fill(
  database: string,
  pattern: string,
  { count, newest }: { readonly count: number; readonly newest: number },
): void {
  const db = new BetterSqlite3(database);
  try {
    const columns = (db.pragma('table_info(clients)') as { name: string }[]).map(({ name }) => name);
    const different: Readonly<Record<string, string>> = {
      id: "'app-' || i",
      created_at: '@newest - i',
      created_by: "CASE i % 2 WHEN 0 THEN created_by ELSE 'another-user' END",
    };
    const values = columns.map((column) => different[column] ?? column).join(', ');
    db.prepare(
      `WITH RECURSIVE places (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM places WHERE i < @count)
       INSERT INTO clients (${columns.join(', ')})
       SELECT ${values} FROM places, (SELECT * FROM clients WHERE id = @pattern)`,
    ).run({ count, newest, pattern });
  } finally {
    db.close();
  }
}
