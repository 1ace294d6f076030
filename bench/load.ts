import type { Wire } from './wire.ts';

/** What one round of load showed. */
export interface Round {
  readonly perSecond: number;
  /** Milliseconds within which half, and 99 of 100, were done. */
  readonly p50: number;
  readonly p99: number;
}

/** What takes turns with others of its kind. */
export interface Runner {
  readonly name: string;
  readonly workers: readonly Worker[];
}

/** One connection, and what is done over it again and again. */
export interface Worker {
  readonly wire: Wire;
  operate(): Promise<void>;
}

/**
 * Loads one runner after the other, round by round, so that all of them meet the machine as it is.
 *
 * @returns the rounds of each, by its name
 */
export async function takeTurns(
  runners: readonly Runner[],
  {
    rounds,
    seconds,
    warmUp,
  }: { readonly rounds: number; readonly seconds: number; readonly warmUp: boolean },
): Promise<ReadonlyMap<string, readonly Round[]>> {
  const results = new Map(runners.map(({ name }) => [name, [] as Round[]]));
  for (let round = warmUp ? 0 : 1; round <= rounds; round += 1) {
    for (const { name, workers } of runners) {
      const result = await load(workers, round === 0 ? 1 : seconds);
      if (round > 0) results.get(name)?.push(result);
    }
  }
  return results;
}

/**
 * Keeps `workers` busy for some seconds: each does its next as soon as its last is done.
 * What one of them throws ends the run.
 */
async function load(workers: readonly Worker[], seconds: number): Promise<Round> {
  await Promise.all(workers.map(({ wire }) => wire.reopen()));
  const times: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    workers.map(async (worker) => {
      for (let from = performance.now(); from < end; ) {
        await worker.operate();
        const now = performance.now();
        times.push(now - from);
        from = now;
      }
    }),
  );
  const elapsed = (performance.now() - start) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { perSecond: times.length / elapsed, p50: at(0.5), p99: at(0.99) };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
