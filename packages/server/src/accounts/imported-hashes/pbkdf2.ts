import { pbkdf2 as deriveKey, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import {
  fromBase64,
  type HashAlgorithm,
  joinKey,
  keyProblem,
  type ReadHash,
  splitKey,
} from './hash-algorithm.js';

/** The hash functions with the size of their blocks of output, in bytes. */
const digests = new Map([
  ['sha1', 20],
  ['sha256', 32],
  ['sha512', 64],
]);

/** The most iterations times blocks of output (RFC 8018 §5.2), about a second of one core. */
const MOST_WORK = 2_000_000;

const derive = promisify(deriveKey);

interface Pbkdf2Hash {
  readonly digest: string;
  readonly iterations: number;
  readonly salt: Buffer | undefined;
  readonly key: Buffer | undefined;
}

/**
 * PBKDF2 (RFC 8018) as a PHC string (`$pbkdf2-sha256$i=600000,l=32$<salt>$<hash>`), as Passlib writes it
 * (`$pbkdf2-sha256$600000$<salt>$<hash>`) or Django (`pbkdf2_sha256$600000$<salt>$<hash>`).
 */
export const pbkdf2: HashAlgorithm = {
  name: 'pbkdf2',
  read(text) {
    if (!/^\$?pbkdf2[-_$]/.test(text)) return undefined;
    const hash = ofPhc(text) ?? ofPasslib(text) ?? ofDjango(text);
    if (hash === undefined) {
      return { refused: 'must be a PBKDF2 hash such as $pbkdf2-sha256$i=600000,l=32$<salt>$<hash>' };
    }
    return readParts(hash);
  },
  async verify(parameters, value, password) {
    const [digest = '', iterations = '1'] = parameters.split(',');
    const { salt, key } = splitKey(value);
    return timingSafeEqual(await derive(password, salt, Number(iterations), key.length, digest), key);
  },
  standIn(parameters, random) {
    return joinKey(random(16), random(Number(parameters.split(',')[2] ?? 32)));
  },
};

function readParts({ digest, iterations, salt, key }: Pbkdf2Hash): ReadHash {
  const blockBytes = digests.get(digest);
  if (blockBytes === undefined) {
    return { refused: `must use PBKDF2 with ${[...digests.keys()].join(', ')}` };
  }
  const problem = keyProblem(salt, key);
  if (problem !== undefined || salt === undefined || key === undefined) return { refused: problem ?? '' };
  const work = iterations * Math.ceil(key.length / blockBytes);
  if (!Number.isSafeInteger(iterations) || iterations < 1 || work > MOST_WORK) {
    return { refused: `must have at most ${MOST_WORK} PBKDF2 iterations, counted for each block of output` };
  }
  return { parameters: [digest, iterations, key.length].join(','), value: joinKey(salt, key) };
}

function ofPhc(text: string): Pbkdf2Hash | undefined {
  const found = /^\$pbkdf2-(sha\d+)\$i=(\d{1,9})(?:,l=\d{1,4})?\$([^$]+)\$([^$]+)$/.exec(text);
  if (found === null) return undefined;
  const [, digest = '', iterations, salt = '', key = ''] = found;
  return { digest, iterations: Number(iterations), salt: fromBase64(salt), key: fromBase64(key) };
}

/** Passlib writes SHA-1 without its name, and `.` for the `+` of base64. */
function ofPasslib(text: string): Pbkdf2Hash | undefined {
  const found = /^\$pbkdf2(?:-(sha\d+))?\$(\d{1,9})\$([^$]+)\$([^$]+)$/.exec(text);
  if (found === null) return undefined;
  const [, digest = 'sha1', iterations, salt = '', key = ''] = found;
  const bytes = (part: string) => fromBase64(part.replaceAll('.', '+'));
  return { digest, iterations: Number(iterations), salt: bytes(salt), key: bytes(key) };
}

/** Django's salt is text, not base64. */
function ofDjango(text: string): Pbkdf2Hash | undefined {
  const found = /^pbkdf2_(sha\d+)\$(\d{1,9})\$([^$]+)\$([^$]+)$/.exec(text);
  if (found === null) return undefined;
  const [, digest = '', iterations, salt = '', key = ''] = found;
  return { digest, iterations: Number(iterations), salt: Buffer.from(salt), key: fromBase64(key) };
}
