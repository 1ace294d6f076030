import { StorageUnavailable } from '../storage/ports/index.js';
import { CommandFailure } from './exit-codes.js';

/** A reason for not starting that the operator can fix. It is printed without a stack trace. */
export class StartError extends CommandFailure {
  override readonly name = 'StartError';
}

/** Explains why a port cannot be used, and what to do. */
export function explainListenError(error: unknown, host: string, port: number, setting: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new StartError(
      `Port ${port} is in use. Stop the program that uses it, or set another port with ${setting}.`,
    );
  }
  if (code === 'EACCES')
    return new StartError(`This user may not listen on port ${port}. Set a port above 1024 with ${setting}.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new StartError(
      `"${host}" is not an address of this machine. Set HOST to an address of this machine.`,
    );
  }
  return error;
}

/**
 * Explains why the database cannot be opened: a system or database error, or an error of Grantor. Other errors are
 * defects and keep their stack trace.
 */
export function explainOpenError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof StorageUnavailable) {
    return new StartError(`The database cannot be opened: ${error.message}.`);
  }
  // Node tries each address of a name and reports one error for each.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const { message } = first instanceof Error ? first : error;
  if ('code' in error && typeof error.code === 'string' && !error.code.startsWith('ERR_')) {
    return new StartError(`The database cannot be opened: ${message}. Check GRANTOR_DATABASE_URL.`);
  }
  return error.constructor === Error ? new StartError(message) : error;
}
