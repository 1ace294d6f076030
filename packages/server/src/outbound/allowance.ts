/** How often something may be done: a few times at once, and then once in every so many seconds. */
export interface AllowanceRate {
  readonly burst: number;
  readonly everySeconds: number;
}

/** What is left to one user of a rate; undefined in its place is the whole burst. */
export interface Allowance {
  readonly left: number;
  /** Since when the next one is being waited for, in seconds since the epoch. */
  readonly since: number;
}

/**
 * Takes one from an allowance.
 *
 * @param now seconds since the epoch
 * @returns what is left, or undefined where there is none to take
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
