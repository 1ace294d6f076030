import { createInterface } from 'node:readline/promises';
import { exitCodes } from '../exit-codes.js';
import { ApiFailure } from './api-client.js';

/**
 * Asks on the terminal before something is gone for good.
 *
 * @throws ApiFailure where the answer is not yes, or there is nobody to ask
 */
export async function confirm(question: string, yes: boolean | undefined): Promise<void> {
  if (yes === true) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ApiFailure(`${question} Nobody is there to ask: say --yes if you are sure.`, {
      exitCode: exitCodes.usage,
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `);
    if (!/^y(?:es)?$/i.test(answer.trim())) throw new ApiFailure('Nothing was changed.');
  } finally {
    terminal.close();
  }
}
