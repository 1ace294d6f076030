// Runs the tests of one changed file after another, in a process of its own: a change may keep it busy forever.
import { fileURLToPath } from 'node:url';
import { BaseSequencer, createVitest, type TestSpecification } from 'vitest/node';
import { applyMutation, type Mutation } from './mutations.ts';

/** What the parent asks for: the tests of a file, with a change or, to begin with, without one. */
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
    bail: 1,
    sequence: { sequencer: LikeliestFirst },
    reporters: [{}],
    testTimeout: 15_000,
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
  else void judge(question).then((verdict) => process.send?.(verdict));
});
// The parent ended without a word.
process.on('disconnect', () => void vitest.close().finally(() => process.exit(0)));
process.send?.('ready');

async function judge({ tests, mutation }: Question): Promise<Verdict> {
  const changed = [current, mutation].flatMap((each) => (each === undefined ? [] : [root + each.file]));
  current = mutation;
  for (const file of changed) vitest.invalidateFile(file);
  const specifications = await specificationsOf(tests);
  if (specifications.length === 0) throw new Error(`There are no tests at ${tests.join(', ')}`);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  // Vitest returns every module it has ever run, with the state of its last run.
  const asked = new Set(specifications.map(({ moduleId }) => moduleId));
  const broken = testModules.find((module) => asked.has(module.moduleId) && module.state() === 'failed');
  if (broken === undefined) return { failed: unhandledErrors.length > 0 };
  noticed.set(broken.moduleId, (noticed.get(broken.moduleId) ?? 0) + 1);
  const [first] = [...broken.children.allTests('failed')];
  return { failed: true, by: `${broken.relativeModuleId}: ${first?.name ?? 'does not load'}` };
}

/** @returns the test files below the paths, in the order of the paths */
async function specificationsOf(tests: readonly string[]): Promise<TestSpecification[]> {
  const found = await Promise.all(tests.map((path) => vitest.globTestSpecifications([path])));
  return found.flat();
}
