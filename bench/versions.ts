import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startBenchServer, tokenRunners } from './bench-server.ts';
import { MANY, prepareList } from './lists.ts';
import { median, type Round, type Runner } from './load.ts';
import { type Program, THIS_CHECKOUT } from './programs.ts';

/** The servers of both versions, and their workloads in pairs. */
export interface Versions {
  readonly programs: readonly Program[];
  readonly runners: readonly Runner[];
}

/** One workload in both versions. A ratio above 1 of `cpu` means that this checkout costs more. */
export interface Comparison {
  readonly name: string;
  /** CPU time of the server for one operation, in microseconds, as the median of the rounds. */
  readonly before: number;
  readonly now: number;
  readonly cpu: Ratio;
  readonly perSecond: Ratio;
}

/** This checkout relative to the other one: the median of the rounds, and the lowest and highest round. */
export interface Ratio {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

const BEFORE = 'before: ';
const NOW = 'now: ';

/**
 * Starts the servers of this and of another checkout, with the same workloads.
 *
 * @param folder for their databases
 * @param other the folder of another checkout, installed and built
 */
export async function prepareVersions(folder: string, other: string, workers: number): Promise<Versions> {
  const checkout = resolve(other);
  if (!existsSync(join(checkout, 'packages/server/dist'))) {
    throw new Error(`${checkout} is not built. Run npm ci && npm run build there`);
  }
  const before = await prepare(join(folder, 'before'), checkout, workers);
  const now = await prepare(join(folder, 'now'), THIS_CHECKOUT, workers);
  const pairs = before.runners.flatMap((runner, index) => {
    const same = now.runners[index];
    if (same === undefined) return [];
    return [
      { ...runner, name: BEFORE + runner.name },
      { ...same, name: NOW + same.name },
    ];
  });
  return { programs: [...before.programs, ...now.programs], runners: pairs };
}

async function prepare(folder: string, checkout: string, workers: number): Promise<Versions> {
  const { program, ...bench } = await startBenchServer(folder, checkout);
  const list = await prepareList(folder, MANY, workers, checkout);
  return {
    programs: [program, list.program],
    runners: [
      ...(await tokenRunners(bench, workers)).map((runner) => ({ ...runner, pid: program.pid })),
      ...list.runners.map((runner) => ({ ...runner, pid: list.program.pid })),
    ],
  };
}

/** Compares the rounds of both versions in pairs: the two rounds of a pair ran one directly after the other. */
export function compareVersions(results: ReadonlyMap<string, readonly Round[]>): readonly Comparison[] {
  return [...results].flatMap(([key, rounds]) => {
    if (!key.startsWith(NOW)) return [];
    const name = key.slice(NOW.length);
    const earlier = results.get(BEFORE + name) ?? [];
    const ratioOf = (figure: 'cpu' | 'perSecond') =>
      ratio(rounds.map((round, index) => round[figure] / (earlier[index]?.[figure] ?? Number.NaN)));
    return [
      {
        name,
        before: Math.round(median(earlier.map(({ cpu }) => cpu))),
        now: Math.round(median(rounds.map(({ cpu }) => cpu))),
        cpu: ratioOf('cpu'),
        perSecond: ratioOf('perSecond'),
      },
    ];
  });
}

function ratio(rounds: readonly number[]): Ratio {
  return { median: median(rounds), lowest: Math.min(...rounds), highest: Math.max(...rounds) };
}
