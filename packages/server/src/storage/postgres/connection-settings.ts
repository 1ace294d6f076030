import { type CustomTypesConfig, types as defaultTypes, type PoolConfig } from 'pg';

const INT8 = defaultTypes.builtins.INT8;

/**
 * How long each step waits before it fails. The first is how long a request waits for a connection, a new one or one from
 * the pool.
 */
const CONNECT_TIMEOUT_MILLISECONDS = 5_000;
const LOCK_TIMEOUT_MILLISECONDS = 5_000;
const STATEMENT_TIMEOUT_MILLISECONDS = 15_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS = 30_000;
const KEEP_ALIVE_DELAY_MILLISECONDS = 10_000;

/**
 * Times and counts are well below 2^53 and are read as numbers. It is set for these connections only, since the table of
 * the driver is shared by the whole process.
 */
const types: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === INT8 ? (value: string) => Number(value) : defaultTypes.getTypeParser(oid, format),
};

/**
 * @param url `postgres://…`
 * @throws Error without the URL, which can have a password
 */
export function connectionSettings(url: string): PoolConfig {
  if (!URL.canParse(url)) {
    throw new Error(
      'The database URL cannot be read: write it as postgres://user:password@host:5432/database',
    );
  }
  return {
    connectionString: url,
    application_name: 'grantor',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MILLISECONDS,
    lock_timeout: LOCK_TIMEOUT_MILLISECONDS,
    statement_timeout: STATEMENT_TIMEOUT_MILLISECONDS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MILLISECONDS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MILLISECONDS,
    types,
  };
}
