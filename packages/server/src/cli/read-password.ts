import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { StartError } from './start-error.js';

/** The first line of standard input: how scripts say a password, which no list of processes shows. */
export async function passwordFromStdin(): Promise<string> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    lines.close();
    return line;
  }
  throw new StartError('There is no password on standard input.');
}

/**
 * Asks for a password twice, and shows nothing of it.
 *
 * @throws StartError where nobody can be asked, or the two are not the same
 */
export async function passwordFromPrompt(): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new StartError(
      'Nobody can be asked for a password here. Send it with --password-stdin, or say --no-password.',
    );
  }
  const first = await ask('Password: ');
  if (first !== (await ask('Once more: '))) throw new StartError('The two are not the same.');
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
