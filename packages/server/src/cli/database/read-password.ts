import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { StartError } from '../start-error.js';

/** Reads a password from the first line of standard input, which no list of processes shows. */
export async function passwordFromStdin(): Promise<string> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new StartError('Standard input has no password.');
}

/**
 * Prompts for a password twice, without echo.
 *
 * @throws StartError without a terminal, or where the two passwords differ
 */
export async function passwordFromPrompt(): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new StartError(
      'There is no terminal to prompt for a password. Use --password-stdin or --no-password.',
    );
  }
  const first = await ask('Password: ');
  if (first !== (await ask('Repeat the password: '))) throw new StartError('The passwords differ.');
  return first;
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const prompt = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await prompt.question('');
  } finally {
    prompt.close();
    process.stderr.write('\n');
  }
}
