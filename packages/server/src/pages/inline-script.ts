import { createHash } from 'node:crypto';

/** The source expression with which a Content-Security-Policy allows only this script. */
export function scriptSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
