import { z } from 'zod';
import { listOf, oneOf, optional, text } from '../clients/metadata/values.js';
import { sha256 } from '../crypto/hash.js';
import { type Random, randomId, randomSecret } from '../crypto/random.js';
import { isGoodFor, type Principal, type RequiredScope } from '../principals/principal.js';
import type { ApiKeyRecord } from '../storage/ports/index.js';
import { type KeyScope, keyScopes } from './api-key-representation.js';
import { Problem } from './problem.js';

const TEN_YEARS = 10 * 365 * 86_400;

/** By what leaked keys are found in texts. */
const PREFIX = 'sk-';

/** How much of a key is shown for ever: little enough that nobody gets nearer to the rest. */
const SHOWN_CHARACTERS = PREFIX.length + 4;

/** What a key is made with. */
export const newApiKeyRequest = z.strictObject({
  name: text(1, 256),
  scopes: optional(listOf(oneOf(keyScopes), keyScopes.length, 'scope').min(1, 'must not be empty')).meta({
    description: 'What it is good for; unless set, all that you may do with what you ask with',
  }),
  expires_in: optional(z.number().int().min(1).max(TEN_YEARS)).meta({
    description: 'Seconds; unless set, it lives as long as what you ask with',
  }),
});

/**
 * A key for whoever asks, which may do no more than what they ask with, and no longer.
 *
 * @throws Problem 403 where it would
 */
export function makeApiKey(
  principal: Principal,
  { name, scopes, expires_in: seconds }: z.output<typeof newApiKeyRequest>,
  now: number,
  random: Random,
): { readonly record: ApiKeyRecord; readonly key: string } {
  const { credential, account } = principal;
  // What a person lent to an app must end when they take it back.
  if (credential.kind === 'access_token') {
    throw new Problem(403, 'Access denied: an app cannot make keys with an access token');
  }
  const key = PREFIX + randomSecret(random);
  const record: ApiKeyRecord = {
    id: randomId(random),
    name,
    hash: sha256(key),
    prefix: key.slice(0, SHOWN_CHARACTERS),
    accountId: account?.id ?? null,
    scopes: scopesFor(principal, scopes ?? undefined),
    createdAt: now,
    expiresAt: expiryFor(principal, seconds ?? undefined, now),
    lastUsedAt: null,
  };
  return { record, key };
}

function scopesFor(principal: Principal, asked: readonly KeyScope[] | undefined): readonly string[] | null {
  if (asked === undefined) {
    return principal.scopes === null ? null : keyScopes.filter((scope) => isGoodFor(principal, needs(scope)));
  }
  const beyond = asked.findIndex((scope) => !isGoodFor(principal, needs(scope)));
  if (beyond === -1) return asked;
  throw new Problem(403, 'Access denied: a key cannot do more than what you ask for it with', {
    errors: [{ field: `scopes.${beyond}`, code: 'ErrorInvalidScope', message: 'is not yours to give' }],
  });
}

function needs(scope: KeyScope): RequiredScope {
  return scope === 'accounts.self:read' ? { anyOf: [scope] } : scope;
}

function expiryFor(
  { expiresAt: latest }: Principal,
  seconds: number | undefined,
  now: number,
): number | null {
  if (seconds === undefined) return latest;
  if (latest === null || now + seconds <= latest) return now + seconds;
  throw new Problem(403, 'Access denied: a key cannot live longer than what you ask for it with', {
    errors: [{ field: 'expires_in', code: 'ErrorPattern', message: 'ends after what you ask with' }],
  });
}
