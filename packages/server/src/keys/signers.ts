import { constants, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { SigningAlgorithm } from '../protocol/index.js';

const signAsync = promisify(sign);

/**
 * How an algorithm signs: on the main thread, or on another one so that it does not delay requests. ES256 and EdDSA take
 * about 20 µs, less than a switch to a thread; RSA takes more than ten times that.
 */
export type Signer =
  | { readonly signHere: (key: KeyObject, data: Buffer) => Buffer }
  | { readonly signOnThread: (key: KeyObject, data: Buffer) => Promise<Buffer> };

export const signers: Record<SigningAlgorithm, Signer> = {
  ES256: { signHere: (key, data) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }) },
  RS256: { signOnThread: (key, data) => signAsync('sha256', data, key) },
  PS256: {
    signOnThread: (key, data) =>
      signAsync('sha256', data, {
        key,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_DIGEST, // RFC 7518 §3.5
      }),
  },
  EdDSA: { signHere: (key, data) => sign(null, data, key) },
};
