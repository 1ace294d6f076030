import { pino } from 'pino';
import type { Refusal } from '../protocol/index.js';

/** The log of the server. It never has a secret, a token, or an address with a query. */
export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
  /**
   * A refused request: a failure of the server with all details, a refusal of the client in one line.
   *
   * @param request what is known of it
   */
  refusal(refusal: Refusal, request: Readonly<Record<string, unknown>>): void;
}

/** @param level a level of pino, or `silent` */
export function createLog(level: string): Log {
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
  return {
    info: (message, details = {}) => logger.info(details, message),
    error: (message, details = {}) => logger.error(details, message),
    refusal(refusal, request) {
      const { code, description, internal, status } = refusal;
      if (status !== 500) logger.info({ ...request, status, code, internal }, description);
      else logger.error({ ...request, status, code, err: refusal.cause ?? refusal }, description);
    },
  };
}
