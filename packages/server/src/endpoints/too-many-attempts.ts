import type { Message } from '../texts/texts.js';

/** The message of a form that was sent too often. */
export function tooManyAttempts(retryAfterSeconds: number): Message {
  return { key: 'signIn.tooManyAttempts', values: { minutes: Math.ceil(retryAfterSeconds / 60) } };
}
