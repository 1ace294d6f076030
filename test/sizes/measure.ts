import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';

/** What is measured: the programs in `entries/`. The packages come from their `dist`, as apps use them. */
export const programs = {
  'grantor-client': '@grantor/client: code flow, refresh, userinfo, revocation',
  oauth4webapi: 'oauth4webapi: the same',
  'private-key-jwt': '@grantor/client/private-key-jwt alone',
  'grantor-guard': '@grantor/guard: protect',
} as const;

export type Program = keyof typeof programs;

/** The size of a program in bytes. */
export interface Size {
  readonly minified: number;
  readonly gzipped: number;
}

/** Bundles a program for a browser with everything that it imports, minifies it and compresses it with gzip. */
export async function measure(program: Program): Promise<Size> {
  const input = fileURLToPath(new URL(`entries/${program}.ts`, import.meta.url));
  const bundle = await rolldown({ input, platform: 'browser' });
  const { output } = await bundle.generate({ format: 'esm', minify: true });
  await bundle.close();
  const code = output.map((part) => (part.type === 'chunk' ? part.code : '')).join('');
  return { minified: Buffer.byteLength(code), gzipped: gzipSync(code, { level: 9 }).byteLength };
}
