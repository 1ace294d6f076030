/** How an attack runs. */
export interface AttackOptions {
  /** Whether to attack for a few seconds only, as CI does. */
  readonly short: boolean;
  /** Aborted when the time of the attack has passed. */
  readonly signal: AbortSignal;
}

/** One measured figure and the bound that it must keep. */
export interface Figure {
  readonly figure: string;
  readonly value: number | string;
  /** In words: `under 300 MB`. */
  readonly bound: string;
  readonly held: boolean;
}

/** Attacks a server process of its own on loopback, bounded in time and in count. */
export type Attack = (options: AttackOptions) => Promise<readonly Figure[]>;

/** A figure that must stay below a bound. */
export function below(figure: string, value: number, bound: number, unit: string): Figure {
  return { figure, value: `${round(value)} ${unit}`, bound: `under ${bound} ${unit}`, held: value < bound };
}

/** How many times longer than on a quiet machine a request may take in a short run. */
const SHORT_RUN_FACTOR = 3;

/**
 * A duration that must stay below a bound. A short run is for CI, whose machine does other work at the same time: the
 * bound is three times as long there.
 *
 * @param bound seconds, for a full run on a quiet machine
 */
export function soonerThan(figure: string, seconds: number, bound: number, short: boolean): Figure {
  return below(figure, seconds, short ? bound * SHORT_RUN_FACTOR : bound, 's');
}

function round(value: number): number {
  return value < 10 ? Math.round(value * 100) / 100 : Math.round(value);
}
