import { scrypt as deriveKey, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { fromBase64, type HashAlgorithm, joinKey, keyProblem, splitKey } from './hash-algorithm.js';

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly maxmem: number;
}

/** The work of one verification, N · r · p. The memory is 128 · N · r bytes (RFC 7914 §2): 128 MiB at most. */
const MOST = { memory: 2 ** 27, work: 2 ** 20 } as const;

const FORMAT = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([^$]+)\$([^$]+)$/;

const derive = promisify<string, Buffer, number, Cost, Buffer>(deriveKey);

/** scrypt (RFC 7914) as a PHC string: `$scrypt$ln=15,r=8,p=1$<salt>$<hash>`. */
export const scrypt: HashAlgorithm = {
  name: 'scrypt',
  read(text) {
    if (!text.startsWith('$scrypt$')) return undefined;
    const found = FORMAT.exec(text);
    if (found === null) return { refused: 'must be a scrypt hash such as $scrypt$ln=15,r=8,p=1$…' };
    const [, ln = '', r = '', p = '', salt = '', key = ''] = found;
    const cost = [Number(ln), Number(r), Number(p)] as const;
    if (!isBounded(...cost)) {
      return {
        refused: `must have scrypt costs with ln below 16 · r, and N · r · p of at most ${MOST.work}`,
      };
    }
    const [saltBytes, keyBytes] = [fromBase64(salt), fromBase64(key)];
    const problem = keyProblem(saltBytes, keyBytes);
    if (problem !== undefined || saltBytes === undefined || keyBytes === undefined) {
      return { refused: problem ?? '' };
    }
    return {
      parameters: [...cost, keyBytes.length].join(','),
      value: joinKey(saltBytes, keyBytes),
    };
  },
  async verify(parameters, value, password) {
    const [ln = 1, r = 1, p = 1] = parameters.split(',').map(Number);
    const { salt, key } = splitKey(value);
    const cost = { N: 2 ** ln, r, p, maxmem: 2 * MOST.memory };
    return timingSafeEqual(await derive(password, salt, key.length, cost), key);
  },
  standIn(parameters, random) {
    const [, , , length = 32] = parameters.split(',').map(Number);
    return joinKey(random(16), random(length));
  },
};

function isBounded(ln: number, r: number, p: number): boolean {
  if (ln < 1 || ln > 20 || r < 1 || p < 1) return false;
  // RFC 7914 §2: N is less than 2^(128 · r / 8). OpenSSL fails otherwise, and with it every sign-in: each verifies a
  // stand-in of this scheme.
  return ln < 16 * r && 2 ** ln * r * p <= MOST.work;
}
