// npm run mutants: makes small changes to security-critical files, one at a time, and reports which the tests notice.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { harmless } from './harmless.ts';
import { type Judge, startJudge } from './judge-process.ts';
import { type Mutation, mutationsOf } from './mutations.ts';
import { sample } from './sample.ts';
import { type Target, targets } from './targets.ts';

const HELP = `npm run mutants -- [options]

Changes one line at a time in the files of test/mutants/targets.ts and runs the tests that hold them.

  --sample N    how many changes to try (250)
  --seed N      which ones (1); the same seed picks the same changes, except in
                  lines that changed
  --file PART   only files whose path contains PART
  --short       12 changes, for CI
  --list        print the changes and try none
  --help        this text

Exits with 1 where fewer than 95 % of the changes are noticed (90 % with --short), and with 2
where an option is wrong. Changes that test/mutants/harmless.ts lists with a reason are not counted.`;

const root = fileURLToPath(new URL('../..', import.meta.url));
const options = readOptions();

interface Candidate {
  readonly target: Target;
  readonly mutation: Mutation;
}

const least = options.short ? 0.9 : 0.95;

const problem = usageProblem();
if (options.help) console.log(HELP);
else if (problem !== undefined) refuse(problem);
else if (options.list) for (const { mutation } of candidates()) console.log(describe(mutation));
else process.exitCode = await judgeAll(candidates());

function readOptions() {
  try {
    return parseArgs({
      options: {
        sample: { type: 'string' },
        seed: { type: 'string', default: '1' },
        file: { type: 'string', default: '' },
        short: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    return refuse(`${(error as Error).message}.`);
  }
}

function refuse(reason: string): never {
  console.error(`${reason} \`npm run mutants -- --help\` lists all options.`);
  process.exit(2);
}

function usageProblem(): string | undefined {
  for (const name of ['sample', 'seed'] as const) {
    const value = options[name];
    if (value !== undefined && !/^[1-9]\d{0,8}$/.test(value))
      return `--${name} must be a whole number above 0.`;
  }
  const isKnown = targets.some(({ file }) => file.includes(options.file));
  return isKnown ? undefined : '--file matches no file of test/mutants/targets.ts.';
}

function candidates(): readonly Candidate[] {
  const all = targets
    .filter(({ file }) => file.includes(options.file))
    .flatMap((target) =>
      mutationsOf(target.file, readFileSync(root + target.file, 'utf8'))
        .filter((mutation) => !isHarmless(mutation))
        .map((mutation) => ({ target, mutation })),
    );
  const count = Number(options.sample ?? (options.short ? 12 : 250));
  return sample(all, count, Number(options.seed), nameOf);
}

/** Not the line number, which a change elsewhere in the file moves. */
function nameOf({ mutation: { file, context, before, after } }: Candidate): string {
  return JSON.stringify([file, context, before, after]);
}

function isHarmless({ file, context, before, after }: Mutation): boolean {
  return harmless.some(
    (known) =>
      known.file === file && known.context === context && known.before === before && known.after === after,
  );
}

/** @returns the exit code */
async function judgeAll(chosen: readonly Candidate[]): Promise<number> {
  const survivors: Mutation[] = [];
  let judge = await startJudge();
  const passing = new Set<string>();
  for (const [index, { target, mutation }] of chosen.entries()) {
    await mustPass(judge, target, passing);
    const verdict = await judge.ask({ tests: target.tests, mutation });
    if (verdict === 'stuck') judge = await startJudge();
    else if (!verdict.failed) survivors.push(mutation);
    console.log(`${index + 1}/${chosen.length}  ${wordFor(verdict)}  ${describe(mutation)}${byOf(verdict)}`);
  }
  await judge.stop();
  const rate = 1 - survivors.length / chosen.length;
  console.log(`\n${chosen.length - survivors.length} of ${chosen.length} changes noticed: ${percent(rate)}`);
  if (survivors.length > 0) console.log('\nSurvivors:');
  for (const mutation of survivors) console.log(`  ${describe(mutation)}\n    ${mutation.context}`);
  return rate < least ? 1 : 0;
}

/**
 * Tests that fail on their own notice nothing. CI runs them all after the short mode, which therefore does not.
 *
 * @param passing the lists of tests that were seen to pass; one more is added
 */
async function mustPass(judge: Judge, { file, tests }: Target, passing: Set<string>): Promise<void> {
  const key = tests.toSorted().join(' ');
  if (options.short || passing.has(key)) return;
  const verdict = await judge.ask({ tests });
  if (verdict === 'stuck' || verdict.failed) {
    const reason = verdict === 'stuck' ? 'they never end' : verdict.by;
    throw new Error(`The tests of ${file} fail without a change: ${reason}`);
  }
  passing.add(key);
}

function wordFor(verdict: Awaited<ReturnType<Judge['ask']>>): string {
  if (verdict === 'stuck') return 'noticed (never ended)';
  return verdict.failed ? 'noticed ' : 'SURVIVED';
}

/** @returns the test that noticed, which tells a rule that a test holds from a change that breaks everything */
function byOf(verdict: Awaited<ReturnType<Judge['ask']>>): string {
  return verdict === 'stuck' || verdict.by === undefined ? '' : `\n      by ${verdict.by}`;
}

function describe({ file, line, before, after }: Mutation): string {
  return `${file}:${line}  ${oneLine(before)}  ->  ${oneLine(after)}`;
}

function oneLine(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ');
  return flat.length > 60 ? `${flat.slice(0, 57)}...` : flat;
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}
