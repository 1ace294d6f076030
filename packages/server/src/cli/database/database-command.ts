import { Command } from 'commander';
import type { Config } from '../../config/config.js';
import { loadConfig } from '../../config/load-config.js';
import { localDefaults } from '../../config/local-defaults.js';
import { withExamples } from '../examples.js';
import { explainOpenError } from '../start-error.js';

/**
 * Commands reach the server in one of two ways. Those in `api/` call the management API of a running server. Those in
 * this folder open the database. They must work without an API key (to create the first administrator), while the
 * server is stopped (to let an administrator in again) and when keys have leaked (to replace the signing keys). Put a
 * new command into `api/` unless it must work then, too.
 */
export interface DatabaseOptions {
  readonly data: string;
  readonly json?: boolean;
}

/** A command that opens the database, with the options that all of these have. */
export function databaseCommand(name: string, description: string, example: string): Command {
  const command = new Command(name)
    .description(description)
    .option(
      '--data <folder>',
      'the folder of the SQLite database and the secret; unused with GRANTOR_DATABASE_URL',
      './data',
    )
    .option('--json', 'print JSON');
  return withExamples(command, example);
}

/**
 * Opens a part of the deployment, works with it, and closes it.
 *
 * @param open a function of `compose/`
 * @throws StartError when the database cannot be opened
 */
export async function withDatabase<Opened extends { close(): Promise<void> }, Result>(
  { data }: DatabaseOptions,
  open: (config: Config) => Promise<Opened>,
  work: (opened: Opened) => Promise<Result>,
): Promise<Result> {
  const config = loadConfig(process.env, localDefaults(process.env, data));
  const opened = await open(config).catch((error: unknown) => {
    throw explainOpenError(error);
  });
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

/** Prints JSON with `--json`, else text. */
export function print({ json }: DatabaseOptions, value: unknown, toText: () => string): void {
  console.log(json === true ? JSON.stringify(value) : toText());
}
