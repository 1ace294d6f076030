import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One source file with what it imports. */
export interface Source {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** As written. */
  readonly specifier: string;
  /** The file it means, from the root of the repository; undefined for a package. */
  readonly target: string | undefined;
}

/** The sources below these folders, without their tests. */
export function readSources(...patterns: readonly string[]): readonly Source[] {
  return readFiles(...patterns).filter(({ path }) => !/\.test\.tsx?$/.test(path));
}

/** All files of these patterns, tests included. */
export function readFiles(...patterns: readonly string[]): readonly Source[] {
  return patterns
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .filter((path) => !path.includes('node_modules'))
    .toSorted()
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, imports: importsOf(path, text) };
    });
}

function importsOf(path: string, text: string): readonly Import[] {
  const pattern = /^(?:import|export)\s+(?:type\s)?(?:[^'"]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...text.matchAll(pattern)].map(([, fixed, dynamic]) => {
    const specifier = fixed ?? dynamic ?? '';
    const target = specifier.startsWith('.')
      ? relative(root, join(root, dirname(path), specifier)).replace(/\.[jt]s$/, '')
      : undefined;
    return { specifier, target };
  });
}
