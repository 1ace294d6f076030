import { constants, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlgorithm } from '@grantor/protocol';

const signAsync = promisify(sign);

/**
 * How each algorithm signs. ES256 and EdDSA take some 20 µs, less than a hop to a thread; RSA takes ten
 * times that and must not hold up others.
 */
export const signers: Record<SigningAlgorithm, (key: KeyObject, data: Buffer) => Buffer | Promise<Buffer>> = {
  ES256: (key, data) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
  RS256: (key, data) => signAsync('sha256', data, key),
  PS256: (key, data) =>
    signAsync('sha256', data, {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST, // RFC 7518 §3.5
    }),
  EdDSA: (key, data) => sign(null, data, key),
};
