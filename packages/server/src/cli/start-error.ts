import { StorageUnavailable } from '../storage/ports/index.js';
import { CommandFailure } from './exit-codes.js';

/** A reason for not starting that the operator can do something about: said in a sentence, without a trace. */
export class StartError extends CommandFailure {
  override readonly name = 'StartError';
}

/** Turns what the system says of a port into what to do about it. */
export function explainListenError(error: unknown, host: string, port: number, setting: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new StartError(
      `Port ${port} is in use. Stop what uses it, or choose another one with ${setting}.`,
    );
  }
  if (code === 'EACCES')
    return new StartError(
      `Port ${port} may not be used by this user. Choose one above 1024 with ${setting}.`,
    );
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new StartError(`"${host}" is not an address of this machine. Set HOST to one that is.`);
  }
  return error;
}

/**
 * Turns what keeps the database from being opened into a sentence: a system or database error, or one of ours.
 * What is a defect of the program keeps its trace.
 */
export function explainOpenError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  if (error instanceof StorageUnavailable) {
    return new StartError(`The database cannot be opened: ${error.message}.`);
  }
  // Node tries each address of a name, and tells of each one's failure.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const { message } = first instanceof Error ? first : error;
  if ('code' in error && typeof error.code === 'string' && !error.code.startsWith('ERR_')) {
    return new StartError(`The database cannot be opened: ${message}. Check GRANTOR_DATABASE_URL.`);
  }
  return error.constructor === Error ? new StartError(message) : error;
}
