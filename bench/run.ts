/**
 * Measures the built server: against a floor, its lists of many apps against those of few, or against another version
 * of the server. The compared workloads run in turn, so that the ratios hold on any machine. Everything stays on
 * loopback and ends by itself. Usage: npm run bench [-- --short] [--json] [--against <folder of another checkout,
 * built>] [--rounds <number>]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startBenchServer, tokenRunners } from './bench-server.ts';
import { compareWithFloors, prepareFloors } from './floors.ts';
import { compareLists, prepareLists } from './lists.ts';
import { type Round, type Runner, takeTurns, type Worker } from './load.ts';
import type { Program } from './programs.ts';
import { listTable, tokenTable, versionTable } from './tables.ts';
import { compareVersions, prepareVersions } from './versions.ts';

const {
  values: { short, json: asJson, against, rounds: chosenRounds },
} = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    against: { type: 'string' },
    rounds: { type: 'string' },
  },
});

const WORKERS = 32;
const ROUNDS = Number(chosenRounds ?? (short ? 1 : 5));
const SECONDS = short ? 0.5 : 3;
const SECONDS_PER_LIST = short ? 0.2 : 1;
const conditions = `SQLite, ${WORKERS} connections, ${ROUNDS} rounds of ${SECONDS} s in turns, medians`;
if (!Number.isInteger(ROUNDS) || ROUNDS < 1) throw new Error('--rounds must be a number, at least 1');

const folder = await mkdtemp(join(tmpdir(), 'grantor-bench-'));
const programs: Program[] = [];
const opened: Worker[] = [];
try {
  await (against === undefined ? measure() : measureAgainst(against));
} finally {
  for (const { wire } of opened) wire.close();
  await Promise.all(programs.map((program) => program.stop()));
  await rm(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const floors = await prepareFloors(join(folder, 'floor.db'), WORKERS);
  programs.push(floors.program);
  const { program, ...bench } = await startBenchServer(folder);
  programs.push(program);
  const tokens = await turns([...floors.runners, ...(await tokenRunners(bench, WORKERS))], SECONDS);
  const lists = await prepareLists(folder, WORKERS);
  programs.push(...lists.map((list) => list.program));
  const pages = await turns(
    lists.flatMap((list) => list.runners),
    SECONDS_PER_LIST,
  );
  const results = [compareWithFloors(tokens), compareLists(pages)] as const;
  if (asJson) {
    console.log(JSON.stringify(results.flat()));
    return;
  }
  console.log(conditions);
  console.log(tokenTable(results[0]));
  console.log(listTable(results[1], SECONDS_PER_LIST));
}

async function measureAgainst(other: string): Promise<void> {
  const versions = await prepareVersions(folder, other, WORKERS);
  programs.push(...versions.programs);
  const comparisons = compareVersions(await turns(versions.runners, SECONDS));
  if (asJson) console.log(JSON.stringify(comparisons));
  else console.log(`${conditions}\n${versionTable(comparisons)}`);
}

function turns(runners: readonly Runner[], seconds: number): Promise<ReadonlyMap<string, readonly Round[]>> {
  opened.push(...runners.flatMap(({ workers }) => workers));
  return takeTurns(runners, { rounds: ROUNDS, seconds, warmUp: !short });
}
