import { verify } from '@node-rs/argon2';
import { fromBase64, type HashAlgorithm, keyProblem } from './hash-algorithm.js';

/** Bounds of the work: memory in KiB, passes, lanes, and memory times passes. About half a second of one core. */
const MOST = { memory: 131_072, passes: 16, lanes: 16, work: 524_288 } as const;

const FORMAT = /^\$argon2(id|i|d)\$v=19\$m=(\d{1,9}),t=(\d{1,9}),p=(\d{1,9})\$([^$]+)\$([^$]+)$/;

/** argon2 (RFC 9106) as a PHC string: `$argon2id$v=19$m=65536,t=3,p=4$…`. */
export const argon2: HashAlgorithm = {
  name: 'argon2',
  read(text) {
    if (!text.startsWith('$argon2')) return undefined;
    const found = FORMAT.exec(text);
    if (found === null) {
      return { refused: 'must be an argon2 hash of version 19 such as $argon2id$v=19$m=65536,t=3,p=4$…' };
    }
    const [, variant = '', m = '', t = '', p = '', salt = '', key = ''] = found;
    const [memory, passes, lanes] = [Number(m), Number(t), Number(p)];
    if (lanes < 1 || lanes > MOST.lanes || passes < 1 || passes > MOST.passes) {
      return { refused: `must have 1 to ${MOST.passes} argon2 passes and 1 to ${MOST.lanes} lanes` };
    }
    // RFC 9106 §3.1: at least eight times the lanes.
    if (memory < 8 * lanes || memory > MOST.memory || memory * passes > MOST.work) {
      return {
        refused: `must have at most ${MOST.memory} KiB of argon2 memory, and ${MOST.work} KiB times passes`,
      };
    }
    const [saltBytes, keyBytes] = [fromBase64(salt), fromBase64(key)];
    const problem =
      saltBytes !== undefined && saltBytes.length < 8
        ? 'must have a salt of at least 8 bytes'
        : keyProblem(saltBytes, keyBytes);
    if (problem !== undefined || saltBytes === undefined || keyBytes === undefined) {
      return { refused: problem ?? '' };
    }
    const parameters = [variant, memory, passes, lanes].join(',');
    // Written in one form: the verification refuses padding, base64url and leading zeros, and would fail at the sign-in.
    return { parameters, value: phcString(parameters, saltBytes, keyBytes) };
  },
  verify: (_, value, password) => verify(value, password),
  standIn(parameters, random) {
    return phcString(parameters, random(16), random(32));
  },
};

function phcString(parameters: string, salt: Buffer, key: Buffer): string {
  const [variant, memory, passes, lanes] = parameters.split(',');
  const text = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '');
  return `$argon2${variant}$v=19$m=${memory},t=${passes},p=${lanes}$${text(salt)}$${text(key)}`;
}
