/**
 * Runs attacks against the built server and prints their figures. Every file of this folder is one attack: it exports
 * `run`, an `Attack` as `../attack.ts` defines it, which starts its own server process on loopback and stops it.
 *
 * Usage: npm run attacks [-- <name> ...] [--short]
 *
 * Without a name, all attacks run one after another. The exit code is 1 where a bound is not held; with --short a time
 * that is too long is printed and fails nothing, since it tells more of a busy machine than of the server.
 */
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Attack, Figure } from '../attack.ts';

/** How long one attack may take, in seconds. */
const SECONDS = 300;

const short = process.argv.includes('--short');
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const known = await attackNames();
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`Unknown attack: ${unknown.join(', ')}. Known attacks: ${known.join(', ')}.`);
  process.exit(2);
}

let held = true;
for (const name of asked.length === 0 ? known : asked) {
  const { run } = (await import(`./${name}.ts`)) as { readonly run: Attack };
  const figures = await run({ short, signal: AbortSignal.timeout(SECONDS * 1000) });
  print(name, figures);
  held &&= figures.length > 0 && figures.every((figure) => figure.held || (short && isTime(figure)));
}
// A socket that a failed attack left open does not delay the exit.
process.exit(held ? 0 : 1);

function isTime({ value }: Figure): boolean {
  return /^[\d.]+ m?s$/.test(String(value));
}

async function attackNames(): Promise<readonly string[]> {
  const files = await readdir(import.meta.dirname);
  return files
    .filter((file) => file.endsWith('.ts') && file !== basename(import.meta.filename))
    .map((file) => basename(file, '.ts'))
    .toSorted();
}

function print(name: string, figures: readonly Figure[]): void {
  console.log(name);
  for (const { figure, value, bound, held: kept } of figures) {
    console.log(
      `  ${kept ? 'held    ' : 'NOT HELD'}  ${figure.padEnd(52)} ${String(value).padStart(12)}   ${bound}`,
    );
  }
}
