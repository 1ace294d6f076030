// Runs the tests of one changed file after another, in a process of its own: a change may keep it busy forever.
import { fileURLToPath } from 'node:url';
import { BaseSequencer, createVitest, type Reporter, type TestSpecification } from 'vitest/node';
import { applyMutation, type Mutation } from './mutations.ts';

/** A request of the parent: the tests of a file, with a change or, first, without one. */
export interface Question {
  readonly tests: readonly string[];
  readonly mutation?: Mutation;
}

/** Whether any test failed, and which was the first. */
export interface Verdict {
  readonly failed: boolean;
  readonly by?: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
let current: Mutation | undefined;
/** How many changes each test file has noticed. */
const noticed = new Map<string, number>();
let run = newRun();

/** Runs first what has noticed most, then what the target lists first: most changes are noticed by few tests. */
class LikeliestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const countOf = ({ moduleId }: TestSpecification) => noticed.get(moduleId) ?? 0;
    return specifications.toSorted((one, other) => countOf(other) - countOf(one));
  }
}

const vitest = await createVitest(
  'test',
  {
    root,
    watch: false,
    // A module in the cache on disk would stay as it was before the change.
    fsModuleCache: false,
    sequence: { sequencer: LikeliestFirst },
    reporters: [reporter()],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
  {
    plugins: [
      {
        name: 'mutation',
        enforce: 'pre',
        transform(code, id) {
          return current !== undefined && id === root + current.file
            ? applyMutation(code, current)
            : undefined;
        },
      },
    ],
  },
);

await vitest.standalone();

process.on('message', (question: Question | 'stop') => {
  if (question === 'stop') void vitest.close().finally(() => process.exit(0));
  else {
    judge(question).then(
      (verdict) => process.send?.(verdict),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  }
});
// The parent ended without a word.
process.on('disconnect', () => void vitest.close().finally(() => process.exit(0)));
process.send?.('ready');

/** What has happened since the tests were started. */
interface Run {
  /** The modules all of whose tests passed. */
  readonly passed: Set<string>;
  failure?: { readonly module: string; readonly by: string };
  stopped?: Promise<void>;
}

function newRun(): Run {
  return { passed: new Set() };
}

/**
 * Vitest keeps the last state of every module it has ever run, and its `bail` may end the run after the one that it
 * is about. Therefore only what is reported during a run counts, and the first failure ends it from here.
 */
function reporter(): Reporter {
  function fail(module: string, by: string): void {
    run.failure ??= { module, by };
    run.stopped ??= vitest.cancelCurrentRun('test-failure');
  }
  return {
    onTestCaseResult(test) {
      if (test.result().state === 'failed') {
        fail(test.module.moduleId, `${test.module.relativeModuleId}: ${test.name}`);
      }
    },
    onTestModuleEnd(module) {
      const state = module.state();
      if (state === 'failed') fail(module.moduleId, `${module.relativeModuleId}: does not load`);
      if (state === 'passed') run.passed.add(module.moduleId);
    },
  };
}

async function judge({ tests, mutation }: Question): Promise<Verdict> {
  const changed = [current, mutation].flatMap((each) => (each === undefined ? [] : [root + each.file]));
  current = mutation;
  for (const file of changed) vitest.invalidateFile(file);
  const specifications = await specificationsOf(tests);
  if (specifications.length === 0) throw new Error(`There are no tests at ${tests.join(', ')}`);
  run = newRun();
  const { unhandledErrors } = await vitest.runTestSpecifications(specifications);
  await run.stopped;
  if (run.failure !== undefined) {
    const { module, by } = run.failure;
    noticed.set(module, (noticed.get(module) ?? 0) + 1);
    return { failed: true, by };
  }
  if (unhandledErrors.length > 0) return { failed: true, by: 'an error that no test caught' };
  const missing = specifications.filter(({ moduleId }) => !run.passed.has(moduleId));
  if (missing.length === 0) return { failed: false };
  throw new Error(`These tests did not run: ${missing.map(({ moduleId }) => moduleId).join(', ')}`);
}

/** @returns the test files below the paths, in the order of the paths */
async function specificationsOf(tests: readonly string[]): Promise<TestSpecification[]> {
  const found = await Promise.all(tests.map((path) => vitest.globTestSpecifications([path])));
  return found.flat();
}
