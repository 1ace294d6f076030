import { createHash } from 'node:crypto';

/** The source expression by which a Content-Security-Policy lets this script run, and no other. */
export function scriptSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
