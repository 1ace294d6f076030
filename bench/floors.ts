import { median, type Round, type Runner } from './load.ts';
import { type Program, startFloor } from './programs.ts';
import { floorWorkers } from './scenarios.ts';

/** The floor that commits a row for each token, and the one that stores nothing. */
const FLOOR = 'floor';
const NO_ROW = 'floor without a row';

/** A token workload relative to both floors. Times are in milliseconds. */
export interface TokenFigures {
  readonly name: string;
  readonly perSecond: number;
  readonly ofFloor: number;
  readonly ofFloorWithoutRow: number;
  readonly p50: number;
  readonly p99: number;
}

/** Starts the floors, which are one program. */
export async function prepareFloors(
  database: string,
  workers: number,
): Promise<{ readonly program: Program; readonly runners: readonly Runner[] }> {
  const program = await startFloor(database);
  return {
    program,
    runners: [
      { name: FLOOR, workers: await floorWorkers(program.port, '/', workers) },
      { name: NO_ROW, workers: await floorWorkers(program.port, '/no-row', workers) },
    ],
  };
}

/** The medians of the rounds, with the ratios of rounds that ran in turn. */
export function compareWithFloors(results: ReadonlyMap<string, readonly Round[]>): readonly TokenFigures[] {
  const ratio = (rounds: readonly Round[], floor: string) =>
    median(rounds.map(({ perSecond }, index) => perSecond / (results.get(floor)?.[index]?.perSecond ?? 1)));
  return [...results].map(([name, rounds]) => ({
    name,
    perSecond: Math.round(median(rounds.map((round) => round.perSecond))),
    ofFloor: ratio(rounds, FLOOR),
    ofFloorWithoutRow: ratio(rounds, NO_ROW),
    p50: median(rounds.map((round) => round.p50)),
    p99: median(rounds.map((round) => round.p99)),
  }));
}
