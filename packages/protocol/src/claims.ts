import type { JsonObject } from './json.js';

/** What the registered claims of a token must agree with. */
export interface ClaimExpectations {
  /** Compared as an exact string. */
  readonly issuer: string;
  /** A token for any one of these audiences is accepted. */
  readonly audiences: readonly string[];
  /** Seconds since the epoch. */
  readonly now: number;
  readonly clockToleranceSeconds: number;
}

/** Whether a value is an array of strings. */
export function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** The audiences of a token, which may be one string (RFC 7519 §4.1.3); undefined if the claim is neither. */
export function audiencesOf({ aud }: JsonObject): readonly string[] | undefined {
  const audiences = typeof aud === 'string' ? [aud] : aud;
  return isStringArray(audiences) ? audiences : undefined;
}

/**
 * Checks the registered claims of a verified JWT (RFC 7519 §4.1).
 *
 * @returns what is wrong, as the end of a sentence about the token, or undefined
 */
export function claimsProblem(claims: JsonObject, expected: ClaimExpectations): string | undefined {
  const { iss, exp, nbf, iat } = claims;
  const { now, clockToleranceSeconds } = expected;
  if (iss !== expected.issuer) return 'is from another issuer (iss)';
  if (!audiencesOf(claims)?.some((name) => expected.audiences.includes(name))) {
    return 'is for another audience (aud)';
  }
  if (!isTime(exp)) return 'has no valid exp';
  if (exp + clockToleranceSeconds <= now) return 'has expired (exp)';
  for (const [name, time] of [
    ['nbf', nbf],
    ['iat', iat],
  ] as const) {
    if (time === undefined) continue;
    if (!isTime(time)) return `has no valid ${name}`;
    if (time - clockToleranceSeconds > now) {
      return name === 'nbf' ? 'is not valid yet (nbf)' : 'is issued in the future (iat)';
    }
  }
  return undefined;
}

function isTime(value: unknown): value is number {
  return Number.isFinite(value);
}
