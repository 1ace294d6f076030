// Runs the tests of one changed file after another, in a process of its own: a change may keep it busy forever.
import { fileURLToPath } from 'node:url';
import { createVitest } from 'vitest/node';
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

const vitest = await createVitest(
  'test',
  {
    root,
    watch: false,
    // A module in the cache on disk would stay as it was before the change.
    fsModuleCache: false,
    bail: 1,
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
process.send?.('ready');

async function judge({ tests, mutation }: Question): Promise<Verdict> {
  const changed = [current, mutation].flatMap((each) => (each === undefined ? [] : [root + each.file]));
  current = mutation;
  for (const file of changed) vitest.invalidateFile(file);
  const specifications = await vitest.globTestSpecifications([...tests]);
  if (specifications.length === 0) throw new Error(`There are no tests at ${tests.join(', ')}`);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(specifications);
  // Vitest returns every module it has ever run, with the state of its last run.
  const asked = new Set(specifications.map(({ moduleId }) => moduleId));
  const broken = testModules.find((module) => asked.has(module.moduleId) && module.state() === 'failed');
  if (broken === undefined) return { failed: unhandledErrors.length > 0 };
  const [first] = [...broken.children.allTests('failed')];
  return { failed: true, by: `${broken.relativeModuleId}: ${first?.name ?? 'does not load'}` };
}
