/** A rate: a burst at once, and then once in a number of seconds. */
export interface AllowanceRate {
  readonly burst: number;
  readonly everySeconds: number;
}

/** What one user of a rate has left; undefined for the whole burst. */
export interface Allowance {
  readonly left: number;
  /** When the wait for the next one began, in seconds since the epoch. */
  readonly since: number;
}

/**
 * Takes one from an allowance.
 *
 * @param now seconds since the epoch
 * @returns what is left; undefined if there was none to take
 */
export function spend(
  allowance: Allowance | undefined,
  { burst, everySeconds }: AllowanceRate,
  now: number,
): Allowance | undefined {
  const { left, since } = allowance ?? { left: burst, since: now };
  const earned = Math.max(0, Math.floor((now - since) / everySeconds));
  const available = Math.min(burst, left + earned);
  if (available < 1) return undefined;
  return { left: available - 1, since: available === burst ? now : since + earned * everySeconds };
}
