import { createLocalJWKSet, type JWK, type LocalJWKSet } from 'jose';
import { ClientKeysError } from './client-keys-error.js';

/** The public keys that an app registered, checked (RFC 7517 §5). */
export interface KeySet {
  readonly keys: readonly JWK[];
  /** Finds the key of a signature; what it has found once it need not read again. */
  readonly find: LocalJWKSet;
}

/** The most keys that a set may have. */
const MAX_KEYS = 50;

/** What only private and symmetric keys have (RFC 7518 §6.2.2, §6.3.2, §6.4.1). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;

/**
 * Says what is wrong with an app's key set.
 *
 * A set with a private or symmetric key in it is refused as a whole: whoever published it has lost it.
 *
 * @param document decoded JSON
 * @returns words that go after the name of where it came from, or undefined for a set that can be used
 */
export function keySetProblem(document: unknown): string | undefined {
  if (!isObject(document) || !Array.isArray(document.keys)) return "must be an object with an array 'keys'";
  if (document.keys.length > MAX_KEYS) return `must have at most ${MAX_KEYS} keys`;
  for (const key of document.keys as readonly unknown[]) {
    if (!isObject(key) || typeof key.kty !== 'string') return "must have a 'kty' in each key";
    if (key.kty === 'oct') return 'must not have symmetric keys';
    if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(key, member))) return 'must not have private keys';
    if (!OPTIONAL_TEXTS.every((name) => isOptionalText(key[name]))) {
      return `must have strings in ${OPTIONAL_TEXTS.join(', ')}`;
    }
    if (key.key_ops !== undefined && !Array.isArray(key.key_ops)) return "must have an array in 'key_ops'";
  }
  return undefined;
}

/**
 * Reads an app's key set.
 *
 * @param document decoded JSON
 * @param name of where it came from, for the refusal
 * @throws ClientKeysError where it cannot be used
 */
export function readKeySet(document: unknown, name: string): KeySet {
  const problem = keySetProblem(document);
  if (problem !== undefined) throw new ClientKeysError(`${name} ${problem}`);
  const { keys } = document as { keys: JWK[] };
  return { keys, find: createLocalJWKSet({ keys }) };
}

const OPTIONAL_TEXTS = ['kid', 'alg', 'use', 'crv', 'n', 'e', 'x', 'y'] as const;

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
