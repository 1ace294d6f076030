import { cpuSecondsOf } from './cpu-time.ts';
import type { Wire } from './wire.ts';

/** The figures of one round of load. */
export interface Round {
  readonly perSecond: number;
  /** The median and the 99th percentile of the durations, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** CPU time of the server for one operation, in microseconds; NaN where it is not measured. */
  readonly cpu: number;
}

/** One workload, which runs in turn with others. */
export interface Runner {
  readonly name: string;
  readonly workers: readonly Worker[];
  /** The process whose CPU time is measured. */
  readonly pid?: number;
}

/** One connection, and the operation that is repeated over it. */
export interface Worker {
  readonly wire: Wire;
  operate(): Promise<void>;
}

/**
 * Runs one workload after the other, round by round, so that a slow minute of the machine affects all of them. Every
 * second round has the opposite order, so that no workload always runs after the same other one.
 *
 * @returns the rounds of each workload, by its name
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
    for (const { name, ...runner } of round % 2 === 0 ? runners.toReversed() : runners) {
      const result = await load(runner, round === 0 ? 1 : seconds);
      if (round > 0) results.get(name)?.push(result);
    }
  }
  return results;
}

/**
 * Keeps workers busy for some seconds: each repeats its operation without a pause. An error in one of them ends the run.
 */
async function load({ workers, pid }: Omit<Runner, 'name'>, seconds: number): Promise<Round> {
  await Promise.all(workers.map(({ wire }) => wire.reopen()));
  const times: number[] = [];
  const cpuBefore = pid === undefined ? Number.NaN : cpuSecondsOf(pid);
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
  const cpuSeconds = pid === undefined ? Number.NaN : cpuSecondsOf(pid) - cpuBefore;
  return {
    perSecond: times.length / elapsed,
    p50: at(0.5),
    p99: at(0.99),
    cpu: (cpuSeconds * 1e6) / times.length,
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
