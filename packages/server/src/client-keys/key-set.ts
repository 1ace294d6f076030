import { isJsonObject, isStringArray } from '@grantor/protocol';
import { createLocalJWKSet, type JWK, type LocalJWKSet } from 'jose';
import { rsaProblem } from '../crypto/rsa-bounds.js';
import { ClientKeysError } from './client-keys-error.js';

/** The public keys that an app registered, checked (RFC 7517 §5). */
export interface KeySet {
  readonly keys: readonly JWK[];
  /** The problem of an RSA key that is ignored, if there is one: it would be too weak or cost too much. */
  readonly ignored: string | undefined;
  /** Finds the key of a signature. Found keys are cached. */
  readonly find: LocalJWKSet;
}

/** The most keys of a set. */
const MAX_KEYS = 50;

/** Members of private and symmetric keys only (RFC 7518 §6.2.2, §6.3.2, §6.4.1). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const;

/**
 * Checks the key set of an app.
 *
 * A set with a private or symmetric key is refused: publishing the key has compromised it.
 *
 * @param document decoded JSON
 * @returns the problem, in words that follow the name of the source; undefined for a valid set
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
 * Reads the key set of an app. RSA keys outside the bounds are ignored, since the set can have other keys.
 *
 * @param document decoded JSON
 * @param name the name of its source, for the error
 * @param rsaExponents the public exponents that RSA keys may have
 * @throws ClientKeysError if it cannot be used
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

/** The members of a key that are read. All others are ignored (RFC 7517 §4). */
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
