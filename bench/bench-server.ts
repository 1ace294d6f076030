import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Runner } from './load.ts';
import { type Program, startGrantor } from './programs.ts';
import { type Bench, scenarios } from './scenarios.ts';

const user = { username: 'bench@example.com', password: 'a password for the bench' };
const apiKey = 'a-key-for-the-bench-and-nothing-else';

/**
 * Starts a server without limits on token requests.
 *
 * @param folder of its database; created if missing
 * @param checkout the folder of the repository that the server is built in
 */
export async function startBenchServer(
  folder: string,
  checkout?: string,
): Promise<Bench & { program: Program }> {
  await mkdir(folder, { recursive: true });
  const program = await startGrantor(
    {
      GRANTOR_DATABASE_URL: `sqlite:${join(folder, 'grantor.db')}`,
      GRANTOR_ADMIN_EMAIL: user.username,
      GRANTOR_ADMIN_PASSWORD: user.password,
      GRANTOR_API_KEY: apiKey,
      GRANTOR_TOKEN_REQUESTS_PER_MINUTE_PER_ADDRESS: '0',
      GRANTOR_TOKEN_REQUESTS_PER_MINUTE_PER_CLIENT: '0',
      GRANTOR_AUTHORIZATIONS_PER_MINUTE_PER_ADDRESS: '0',
      GRANTOR_AUTHORIZATIONS_PER_MINUTE_PER_CLIENT: '0',
      GRANTOR_INTROSPECTIONS_PER_MINUTE_PER_ADDRESS: '0',
      GRANTOR_INTROSPECTIONS_PER_MINUTE_PER_CLIENT: '0',
    },
    checkout,
  );
  return { program, port: program.port, apiKey, user };
}

/** The token workloads of a server, each with its workers. */
export async function tokenRunners(bench: Bench, workers: number): Promise<Runner[]> {
  const runners: Runner[] = [];
  for (const { name, prepare } of scenarios) runners.push({ name, workers: await prepare(bench, workers) });
  return runners;
}
