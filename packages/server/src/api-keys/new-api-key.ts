import { sha256 } from '../crypto/hash.js';
import { type Random, randomId, randomSecret } from '../crypto/random.js';
import { hasRequiredScope, type Principal, type RequiredScope } from '../principals/principal.js';
import { managementScopeNames } from '../scopes/management-scopes.js';
import type { ApiKeyRecord } from '../storage/ports/index.js';

/**
 * The scopes that API keys can have.
 *
 * @param further scopes of the catalogue, in addition to those of the management API
 */
export function keyScopesWith(further: readonly string[]): readonly string[] {
  return [...further, ...managementScopeNames];
}

/** Secret scanners find leaked keys by this prefix. */
const PREFIX = 'sk-';

/** The characters of a key that stay visible. They are too few to help in guessing the rest. */
const SHOWN_CHARACTERS = PREFIX.length + 4;

export interface NewApiKeyFields {
  readonly name: string;
  /** Undefined for every scope of the credential that creates the key. */
  readonly scopes?: readonly string[] | undefined;
  /** In seconds; undefined for the lifetime of the credential that creates the key. */
  readonly lifetimeSeconds?: number | undefined;
}

export interface NewApiKey {
  readonly record: ApiKeyRecord;
  /** The key itself, which is not stored. */
  readonly key: string;
}

/** Why a credential cannot create a key. */
export type NewApiKeyRefusal =
  | { readonly refused: 'accessToken' }
  /** `index` of the first scope that the credential does not have. */
  | { readonly refused: 'scope'; readonly index: number }
  | { readonly refused: 'lifetime' };

/**
 * Creates a key for the caller. It has no scope that the caller's credential lacks, and does not outlive it.
 *
 * @param keyScopes the scopes that API keys can have
 * @param now in seconds since the epoch
 */
export function newApiKey(
  principal: Principal,
  { name, scopes, lifetimeSeconds }: NewApiKeyFields,
  keyScopes: readonly string[],
  now: number,
  random: Random,
): NewApiKey | NewApiKeyRefusal {
  const { credential, account, expiresAt } = principal;
  // A key must not survive the revocation of the app that created it.
  if (credential.kind === 'access_token') return { refused: 'accessToken' };
  const beyond = (scopes ?? []).findIndex((scope) => !hasRequiredScope(principal, required(scope)));
  if (beyond !== -1) return { refused: 'scope', index: beyond };
  const wanted = lifetimeSeconds === undefined ? expiresAt : now + lifetimeSeconds;
  if (expiresAt !== null && wanted !== null && wanted > expiresAt) return { refused: 'lifetime' };
  const key = PREFIX + randomSecret(random);
  return {
    key,
    record: {
      id: randomId(random),
      name,
      hash: sha256(key),
      prefix: key.slice(0, SHOWN_CHARACTERS),
      accountId: account?.id ?? null,
      scopes: scopes ?? scopesOf(principal, keyScopes),
      createdAt: now,
      expiresAt: wanted,
      lastUsedAt: null,
    },
  };
}

/** @returns null when the credential has no limits */
function scopesOf(principal: Principal, keyScopes: readonly string[]): readonly string[] | null {
  if (principal.scopes === null) return null;
  return keyScopes.filter((scope) => hasRequiredScope(principal, required(scope)));
}

function required(scope: string): RequiredScope {
  return managementScopeNames.find((name) => name === scope) ?? { anyOf: [scope] };
}
