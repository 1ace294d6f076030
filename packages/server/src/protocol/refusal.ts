import type { Challenge } from './challenge.js';

/** What a refusal may have besides its code, its status and its description. */
export interface RefusalOptions {
  /** The cause in words for the log. Never sent. */
  readonly internal?: string | undefined;
  readonly challenge?: Challenge | undefined;
  /** Further headers of the response, with names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** A request that the server does not serve, because of the request or because the server cannot serve it now. */
export abstract class Refusal<Code extends string = string> extends Error {
  /** What programs tell refusals apart by. */
  readonly code: Code;
  /** HTTP status. */
  readonly status: number;
  /** What is wrong and what to send instead. It is sent, and never holds a secret or what the client sent. */
  readonly description: string;
  /** For the log alone. */
  readonly internal: string | undefined;
  /** How to authenticate; a response with status 401 needs one (RFC 9110 §15.5.2). */
  readonly challenge: Challenge | undefined;
  /** Headers of the response, as `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: Code, status: number, description: string, options: RefusalOptions = {}) {
    super(`${code}: ${description}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = status;
    this.description = description;
    this.internal = options.internal;
    this.challenge = options.challenge;
    this.headers = options.headers ?? {};
  }
}

/**
 * Says when the request may be sent again (RFC 9110 §10.2.3).
 *
 * @param seconds a whole number, at least 1
 */
export function retryAfter(seconds: number): Readonly<Record<string, string>> {
  return { 'retry-after': String(seconds) };
}
