/**
 * Measures the built server against the floor, in turns and in one run, so that the ratio holds where the
 * machine's speed does not. Everything stays on loopback and ends by itself.
 *
 * Usage: npm run bench [-- --short] [--json]
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, median, type Round } from './load.ts';
import { type Program, startFloor, startGrantor } from './programs.ts';
import { floorWorkers, scenarios, type Worker } from './scenarios.ts';

const short = process.argv.includes('--short');
const asJson = process.argv.includes('--json');

/** The floor that commits a row for each token, and the one that keeps nothing. */
const FLOOR = 'floor';
const NO_ROW = 'floor without a row';

const WORKERS = 32;
const ROUNDS = short ? 1 : 5;
const SECONDS = short ? 0.5 : 3;

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
  });
  programs.push(grantor);

  const runners = [
    { name: FLOOR, workers: await floorWorkers(floor.port, '/', WORKERS) },
    { name: NO_ROW, workers: await floorWorkers(floor.port, '/no-row', WORKERS) },
  ];
  for (const { name, prepare } of scenarios) {
    runners.push({ name, workers: await prepare({ port: grantor.port, apiKey, person }, WORKERS) });
  }
  for (const { workers } of runners) opened.push(...workers);

  const results = new Map(runners.map(({ name }) => [name, [] as Round[]]));
  // The first round warms up and is not counted.
  for (let round = short ? 1 : 0; round <= ROUNDS; round += 1) {
    for (const { name, workers } of runners) {
      const result = await load(workers, round === 0 ? 1 : SECONDS, (worker) => worker.operate());
      if (round > 0) results.get(name)?.push(result);
    }
  }
  report(results);
} finally {
  for (const { wire } of opened) wire.close();
  await Promise.all(programs.map((program) => program.stop()));
  await rm(folder, { recursive: true, force: true });
}

function report(results: ReadonlyMap<string, readonly Round[]>): void {
  const ratio = (rounds: readonly Round[], floor: string) =>
    median(rounds.map(({ perSecond }, index) => perSecond / (results.get(floor)?.[index]?.perSecond ?? 1)));
  const rows = [...results].map(([name, rounds]) => ({
    name,
    perSecond: Math.round(median(rounds.map((round) => round.perSecond))),
    ofFloor: ratio(rounds, FLOOR),
    ofFloorWithoutRow: ratio(rounds, NO_ROW),
    p50: median(rounds.map((round) => round.p50)),
    p99: median(rounds.map((round) => round.p99)),
  }));
  if (asJson) {
    console.log(JSON.stringify(rows));
    return;
  }
  console.log(`SQLite, ${WORKERS} connections, ${ROUNDS} rounds of ${SECONDS} s in turns, medians`);
  console.log('                       per second   of floor   of no-row floor   p50 ms   p99 ms');
  for (const { name, perSecond, ofFloor, ofFloorWithoutRow, p50, p99 } of rows) {
    const cells = [
      String(perSecond).padStart(10),
      ofFloor.toFixed(2).padStart(10),
      ofFloorWithoutRow.toFixed(2).padStart(17),
      p50.toFixed(1).padStart(8),
      p99.toFixed(1).padStart(8),
    ];
    console.log(`${name.padEnd(23)}${cells.join(' ')}`);
  }
}
