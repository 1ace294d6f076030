import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from './check-settings.js';
import { type Config, environmentVariables } from './config.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The defaults for a single machine: a SQLite database in a folder, and next to it a secret that is generated once.
 * With PostgreSQL there is no such folder, and the secret must be set, since every process needs the same one.
 *
 * @param folder for data if no database is configured
 * @throws ConfigError if the secret can be neither read nor written there
 */
export function localDefaults(environment: Environment, folder: string): Partial<Config> {
  const databaseUrl = environment.GRANTOR_DATABASE_URL || `sqlite:${join(folder, 'grantor.db')}`;
  const { PORT = '' } = environment;
  // An invalid PORT is reported for PORT only, not also for the issuer.
  const port = /^\d+$/.test(PORT) && Number(PORT) <= 65_535 ? PORT : '8888';
  const [, databasePath] = /^sqlite:(.+)$/.exec(databaseUrl) ?? [];
  return {
    databaseUrl,
    issuer: `http://localhost:${port}`,
    ...(environment.GRANTOR_SECRET || databasePath === undefined ? {} : { secret: keptSecret(databasePath) }),
  };
}

function keptSecret(databasePath: string): string {
  try {
    return secretBeside(databasePath);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([
      `${environmentVariables.secret} is not set, and a generated one cannot be stored: ${reason}`,
    ]);
  }
}

function secretBeside(databasePath: string): string {
  const folder = dirname(databasePath);
  const path = join(folder, 'grantor.secret');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    // Written to a temporary file and linked, so that only one of two processes that start together succeeds.
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
    try {
      linkSync(draft, path);
    } catch (error) {
      if (!existsSync(path)) throw error;
    } finally {
      rmSync(draft);
    }
  }
  chmodSync(path, 0o600);
  return readFileSync(path, 'utf8').trim();
}
