import { isJsonObject, isStringArray } from '@grantor/protocol';
import { createLocalJWKSet, type JWK, type LocalJWKSet } from 'jose';
import { rsaProblem } from '../crypto/rsa-bounds.js';
import { ClientKeysError } from './client-keys-error.js';

/** The public keys that an app registered, checked (RFC 7517 §5). */
export interface KeySet {
  readonly keys: readonly JWK[];
  /** What is wrong with an RSA key that is ignored, if there is one: it would cost too much or be too weak. */
  readonly ignored: string | undefined;
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
 * A set with a private or symmetric key is refused: publishing the key has compromised it.
 *
 * @param document decoded JSON
 * @returns words that go after the name of where it came from, or undefined for a set that can be used
 */
export function keySetProblem(document: unknown): string | undefined {
  if (!isJsonObject(document) || !Array.isArray(document.keys))
    return "must be an object with an array 'keys'";
  if (document.keys.length > MAX_KEYS) return `must have at most ${MAX_KEYS} keys`;
  for (const key of document.keys as readonly unknown[]) {
    if (!isJsonObject(key) || typeof key.kty !== 'string') return "must have a 'kty' in each key";
    if (key.kty === 'oct') return 'must not have symmetric keys';
    if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(key, member))) return 'must not have private keys';
    if (!OPTIONAL_TEXTS.every((name) => isOptionalText(key[name]))) {
      return `must have strings in ${OPTIONAL_TEXTS.join(', ')}`;
    }
    if (!isOptionalList(key.key_ops)) return "must have an array of strings in 'key_ops'";
  }
  return undefined;
}

/**
 * Reads an app's key set. RSA keys outside the bounds are ignored: the set may have others.
 *
 * @param document decoded JSON
 * @param name of where it came from, for the refusal
 * @param rsaExponents the public exponents that RSA keys may have
 * @throws ClientKeysError where it cannot be used
 */
export function readKeySet(document: unknown, name: string, rsaExponents: readonly number[]): KeySet {
  const problem = keySetProblem(document);
  if (problem !== undefined) throw new ClientKeysError(`${name} ${problem}`);
  const judged = (document as { keys: JWK[] }).keys
    .map(publicPart)
    .map((key) => ({ key, problem: key.kty === 'RSA' ? rsaProblem(key, rsaExponents) : undefined }));
  const keys = judged.filter((each) => each.problem === undefined).map(({ key }) => key);
  const ignored = judged.find((each) => each.problem !== undefined)?.problem;
  return { keys, ignored, find: createLocalJWKSet({ keys }) };
}

const OPTIONAL_TEXTS = ['kid', 'alg', 'use', 'crv', 'n', 'e', 'x', 'y'] as const;

/** What is read of a key; whatever else is in it, however deep, plays no part (RFC 7517 §4). */
function publicPart(key: JWK): JWK {
  const members = ['kty', 'key_ops', ...OPTIONAL_TEXTS].filter((name) => Object.hasOwn(key, name));
  return Object.fromEntries(members.map((name) => [name, key[name as keyof JWK]])) as JWK;
}

function isOptionalList(value: unknown): boolean {
  return value === undefined || isStringArray(value);
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
