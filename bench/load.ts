import type { Wire } from './wire.ts';

/** What one round of load showed. */
export interface Round {
  readonly perSecond: number;
  /** Milliseconds within which half, and 99 of 100, were done. */
  readonly p50: number;
  readonly p99: number;
}

/**
 * Keeps `workers` busy for some seconds: each does its next as soon as its last is done.
 *
 * @param operate one operation of one worker; what it throws ends the run
 */
export async function load<Worker extends { readonly wire: Wire }>(
  workers: readonly Worker[],
  seconds: number,
  operate: (worker: Worker) => Promise<void>,
): Promise<Round> {
  await Promise.all(workers.map(({ wire }) => wire.reopen()));
  const times: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  await Promise.all(
    workers.map(async (worker) => {
      for (let from = performance.now(); from < end; ) {
        await operate(worker);
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
