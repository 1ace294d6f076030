/**
 * Measures the built server against the floor, and its lists of many apps against those of few, in turns and in
 * one run, so that the ratio holds where the machine's speed does not. Everything stays on loopback and ends by
 * itself.
 *
 * Usage: npm run bench [-- --short] [--json]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareLists, FEW, MANY, prepareLists } from './lists.ts';
import { median, type Round, type Runner, takeTurns, type Worker } from './load.ts';
import { type Program, startFloor, startGrantor } from './programs.ts';
import { floorWorkers, scenarios } from './scenarios.ts';

const short = process.argv.includes('--short');
const asJson = process.argv.includes('--json');

/** The floor that commits a row for each token, and the one that keeps nothing. */
const FLOOR = 'floor';
const NO_ROW = 'floor without a row';

const WORKERS = 32;
const ROUNDS = short ? 1 : 5;
const SECONDS = short ? 0.5 : 3;
const SECONDS_PER_LIST = short ? 0.2 : 1;

const folder = await mkdtemp(join(tmpdir(), 'grantor-bench-'));
const programs: Program[] = [];
const opened: Worker[] = [];
try {
  const person = { username: 'bench@example.com', password: 'a password for the bench' };
  const apiKey = 'a-key-for-the-bench-and-nothing-else';
  const floor = await startFloor(join(folder, 'floor.db'));
  programs.push(floor);
  const grantor = await startGrantor({
    GRANTOR_DATABASE_URL: `sqlite:${join(folder, 'grantor.db')}`,
    GRANTOR_ADMIN_EMAIL: person.username,
    GRANTOR_ADMIN_PASSWORD: person.password,
    GRANTOR_API_KEY: apiKey,
    GRANTOR_TOKEN_REQUESTS_PER_MINUTE_PER_ADDRESS: '0',
    GRANTOR_TOKEN_REQUESTS_PER_MINUTE_PER_CLIENT: '0',
    GRANTOR_AUTHORIZATIONS_PER_MINUTE_PER_ADDRESS: '0',
    GRANTOR_AUTHORIZATIONS_PER_MINUTE_PER_CLIENT: '0',
    GRANTOR_INTROSPECTIONS_PER_MINUTE_PER_ADDRESS: '0',
    GRANTOR_INTROSPECTIONS_PER_MINUTE_PER_CLIENT: '0',
  });
  programs.push(grantor);

  const runners: Runner[] = [
    { name: FLOOR, workers: await floorWorkers(floor.port, '/', WORKERS) },
    { name: NO_ROW, workers: await floorWorkers(floor.port, '/no-row', WORKERS) },
  ];
  for (const { name, prepare } of scenarios) {
    runners.push({ name, workers: await prepare({ port: grantor.port, apiKey, person }, WORKERS) });
  }
  for (const { workers } of runners) opened.push(...workers);

  const tokens = await takeTurns(runners, { rounds: ROUNDS, seconds: SECONDS, warmUp: !short });

  const lists = await prepareLists(folder, WORKERS);
  programs.push(...lists.map(({ program }) => program));
  const pages = lists.flatMap((bench) => bench.runners);
  opened.push(...pages.flatMap(({ workers }) => workers));
  const listed = await takeTurns(pages, { rounds: ROUNDS, seconds: SECONDS_PER_LIST, warmUp: !short });

  report(compareTokens(tokens), compareLists(listed));
} finally {
  for (const { wire } of opened) wire.close();
  await Promise.all(programs.map((program) => program.stop()));
  await rm(folder, { recursive: true, force: true });
}

function compareTokens(results: ReadonlyMap<string, readonly Round[]>) {
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

function report(tokens: ReturnType<typeof compareTokens>, lists: ReturnType<typeof compareLists>): void {
  if (asJson) {
    console.log(JSON.stringify([...tokens, ...lists]));
    return;
  }
  console.log(`SQLite, ${WORKERS} connections, ${ROUNDS} rounds of ${SECONDS} s in turns, medians`);
  console.log('                            per second   of floor   of no-row floor   p50 ms   p99 ms');
  for (const { name, perSecond, ofFloor, ofFloorWithoutRow, p50, p99 } of tokens) {
    print(name, [
      String(perSecond).padStart(10),
      ofFloor.toFixed(2).padStart(10),
      ofFloorWithoutRow.toFixed(2).padStart(17),
      p50.toFixed(1).padStart(8),
      p99.toFixed(1).padStart(8),
    ]);
  }
  console.log(`30 of ${MANY} apps, against 30 of ${FEW}, rounds of ${SECONDS_PER_LIST} s`);
  console.log('                            per second     of few                     p50 ms   p99 ms');
  for (const { name, perSecond, ofFew, p50, p99 } of lists) {
    print(name, [
      String(perSecond).padStart(10),
      ofFew.toFixed(2).padStart(10),
      ''.padStart(17),
      p50.toFixed(1).padStart(8),
      p99.toFixed(1).padStart(8),
    ]);
  }
}

function print(name: string, cells: readonly string[]): void {
  console.log(`${name.padEnd(28)}${cells.join(' ')}`);
}
