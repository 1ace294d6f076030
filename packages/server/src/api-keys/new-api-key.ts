import { sha256 } from '../crypto/hash.js';
import { type Random, randomId, randomSecret } from '../crypto/random.js';
import { isGoodFor, type Principal, type RequiredScope } from '../principals/principal.js';
import { managementScopeNames } from '../scopes/management-scopes.js';
import type { ApiKeyRecord } from '../storage/ports/index.js';

/** The scopes that an API key can have: those of the management API, and reading the profile of its user. */
export const keyScopes = ['accounts.self:read', ...managementScopeNames] as const;
export type KeyScope = (typeof keyScopes)[number];

/** Secret scanners find leaked keys by this prefix. */
const PREFIX = 'sk-';

/** The characters of a key that stay visible. They are too few to help in guessing the rest. */
const SHOWN_CHARACTERS = PREFIX.length + 4;

export interface NewApiKeyFields {
  readonly name: string;
  /** Undefined for every scope of the credential that creates the key. */
  readonly scopes?: readonly KeyScope[] | undefined;
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
 * @param now in seconds since the epoch
 */
export function newApiKey(
  principal: Principal,
  { name, scopes, lifetimeSeconds }: NewApiKeyFields,
  now: number,
  random: Random,
): NewApiKey | NewApiKeyRefusal {
  const { credential, account, expiresAt } = principal;
  // A key must not survive the revocation of the app that created it.
  if (credential.kind === 'access_token') return { refused: 'accessToken' };
  const beyond = (scopes ?? []).findIndex((scope) => !isGoodFor(principal, required(scope)));
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
      scopes: scopes ?? scopesOf(principal),
      createdAt: now,
      expiresAt: wanted,
      lastUsedAt: null,
    },
  };
}

/** @returns null when the credential has no limits */
function scopesOf(principal: Principal): readonly KeyScope[] | null {
  if (principal.scopes === null) return null;
  return keyScopes.filter((scope) => isGoodFor(principal, required(scope)));
}

function required(scope: KeyScope): RequiredScope {
  return scope === 'accounts.self:read' ? { anyOf: [scope] } : scope;
}
