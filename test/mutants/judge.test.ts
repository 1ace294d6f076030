import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { startJudge } from './judge-process.ts';
import { mutationsOf } from './mutations.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const file = 'packages/server/src/protocol/parameters.ts';
const tests = ['packages/server/src/protocol/parameters.test.ts'];
const otherTests = ['packages/server/src/protocol/scope.test.ts'];

const judge = await startJudge();
afterAll(() => judge.stop());

it('notices a change by the tests of its file, and forgets it for the next question', async () => {
  const mutation = mutationsOf(file, readFileSync(root + file, 'utf8')).find(({ before }) => before === '>');
  if (mutation === undefined) throw new Error(`${file} has nothing to change`);
  expect(await judge.ask({ tests })).toEqual({ failed: false });
  expect(await judge.ask({ tests, mutation })).toMatchObject({
    failed: true,
    by: expect.stringContaining(tests[0] ?? ''),
  });
  expect(await judge.ask({ tests: otherTests })).toEqual({ failed: false });
  expect(await judge.ask({ tests })).toEqual({ failed: false });
});
