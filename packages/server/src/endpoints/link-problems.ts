import type { TextKey } from '../texts/catalogues.js';

/** Why an identity at a provider was not connected with an account, with the status of the response. */
export const linkProblems = {
  taken: { key: 'upstream.taken', status: 409 },
  tooMany: { key: 'upstream.tooManyLinked', status: 409 },
  missing: { key: 'upstream.expired', status: 409 },
} as const satisfies Record<string, { key: TextKey; status: number }>;
