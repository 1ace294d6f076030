import type { OAuthError } from '@grantor/protocol';
import { pino } from 'pino';

/** What the server writes down about itself. Never a secret, a token, or an address with a query. */
export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
  /** A refused request: failures of our own in full, the caller's in a line. */
  refusal(error: OAuthError, incidentId: string | undefined): void;
}

/** @param level as pino names them; `silent` for none */
export function createLog(level: string): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  return {
    info: (message, details = {}) => logger.info(details, message),
    error: (message, details = {}) => logger.error(details, message),
    refusal(error, incidentId) {
      const { code, description, internal } = error;
      if (incidentId === undefined) logger.info({ code, internal }, description);
      else logger.error({ code, incidentId, err: error.cause ?? error }, description);
    },
  };
}
