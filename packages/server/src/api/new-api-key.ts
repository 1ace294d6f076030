import { z } from 'zod';
import { sha256 } from '../crypto/hash.js';
import { type Random, randomId, randomSecret } from '../crypto/random.js';
import { isGoodFor, type Principal, type RequiredScope } from '../principals/principal.js';
import type { ApiKeyRecord } from '../storage/ports/index.js';
import { listOf, oneOf, optional, text } from '../validation/values.js';
import { type KeyScope, keyScopes } from './api-key-representation.js';
import { Problem } from './problem.js';

const TEN_YEARS = 10 * 365 * 86_400;

/** Lets secret scanners recognise leaked keys. */
const PREFIX = 'sk-';

/** The characters of a key that stay visible. They are too few to help guess the rest. */
const SHOWN_CHARACTERS = PREFIX.length + 4;

/** The fields of a new key. */
export const newApiKeyRequest = z.strictObject({
  name: text(1, 256),
  scopes: optional(listOf(oneOf(keyScopes), keyScopes.length, 'scope').min(1, 'must not be empty')).meta({
    description: 'The scopes of the key. Default: everything that the credential of the request may do',
  }),
  expires_in: optional(z.number().int().min(1).max(TEN_YEARS)).meta({
    description: 'Lifetime in seconds. Default: the lifetime of the credential of the request',
  }),
});

/**
 * A key with no more scopes than the credential of the request, which expires no later.
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
  // Access that a user granted to an app must end when they revoke it.
  if (credential.kind === 'access_token') {
    throw new Problem(
      403,
      'Access denied: an access token cannot create API keys. Use a session or an API key',
    );
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
  throw new Problem(403, 'Access denied: a key cannot have more scopes than the credential of the request', {
    errors: [
      {
        field: `scopes.${beyond}`,
        code: 'ErrorInvalidScope',
        message: 'is not a scope of the credential of this request',
      },
    ],
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
  throw new Problem(403, 'Access denied: a key cannot expire later than the credential of the request', {
    errors: [
      {
        field: 'expires_in',
        code: 'ErrorPattern',
        message: 'is later than the expiry of the credential of this request',
      },
    ],
  });
}
