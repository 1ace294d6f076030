import { createInterface } from 'node:readline/promises';
import { exitCodes } from '../exit-codes.js';
import { ApiFailure } from './api-client.js';

/**
 * Asks on the terminal before a permanent change.
 *
 * @throws ApiFailure if the reply is not yes, or there is no terminal
 */
export async function confirm(question: string, yes: boolean | undefined): Promise<void> {
  if (yes === true) return;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new ApiFailure(`${question} There is no terminal to ask. Confirm with --yes.`, {
      exitCode: exitCodes.usage,
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const reply = await terminal.question(`${question} [y/N] `);
    if (!/^y(?:es)?$/i.test(reply.trim())) throw new ApiFailure('Nothing was changed.');
  } finally {
    terminal.close();
  }
}
