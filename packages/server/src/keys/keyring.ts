import { constants, createPrivateKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { type SigningAlgorithm, signingAlgorithms } from '@grantor/protocol';
import { createLocalJWKSet, type JWK, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../crypto/clock.js';
import type { Sealer } from '../crypto/seal.js';
import type { SigningKeyRecord, SigningKeyStore } from '../storage/ports/index.js';
import { generateKey } from './generate-key.js';

const signAsync = promisify(sign);

/** The deployment's signing keys: what signs, what is published, what is checked against. */
export interface Keyring {
  /**
   * Signs a JWT with the newest key of an algorithm.
   *
   * @param type the `typ` header, which keeps one kind of token from passing for another (RFC 8725 §3.11)
   */
  sign(algorithm: SigningAlgorithm, type: string, claims: object): Promise<string>;
  /**
   * Checks the signature, type, issuer and expiry of a JWT that Grantor itself signed.
   *
   * @param options with `expired: 'accepted'` a token whose time is over will do, as a hint does
   * @returns its claims, or undefined when it is not one
   */
  read(
    token: string,
    type: string,
    issuer: string,
    options?: { readonly expired: 'accepted' },
  ): Promise<JWTPayload | undefined>;
  /** The public keys (RFC 7517 §5), newest first. */
  readonly jwks: { readonly keys: readonly JWK[] };
}

interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateKey: KeyObject;
}

/**
 * Loads the keys, making the first one of each algorithm where there is none. Processes that start
 * together agree: whoever writes generation 1 first has made it, and everybody reads it back.
 *
 * @param sealer opens and seals private keys
 * @throws Error when a stored key cannot be opened, which means that the deployment's secret changed
 */
export async function loadKeyring(store: SigningKeyStore, sealer: Sealer, clock: Clock): Promise<Keyring> {
  let records = await store.list();
  const missing = signingAlgorithms.filter(
    (algorithm) => !records.some((key) => key.algorithm === algorithm),
  );
  if (missing.length > 0) {
    await Promise.all(
      missing.map(async (algorithm) => store.add(await generateKey(algorithm, 1, sealer, clock))),
    );
    records = await store.list();
  }
  const newestFirst = records.toSorted((a, b) => b.generation - a.generation);
  return createKeyring(
    newestFirst.map((record) => openKey(record, sealer)),
    newestFirst.map((record) => JSON.parse(record.publicJwk) as JWK),
    clock,
  );
}

function createKeyring(keys: readonly SigningKey[], publicKeys: readonly JWK[], clock: Clock): Keyring {
  const jwks = { keys: publicKeys };
  const findPublicKey = createLocalJWKSet({ keys: [...publicKeys] });
  return {
    jwks,
    async sign(algorithm, type, claims) {
      const key = keys.find((candidate) => candidate.algorithm === algorithm);
      if (key === undefined) throw new Error(`there is no ${algorithm} signing key`);
      const header = { alg: algorithm, typ: type, kid: key.kid };
      const input = `${encode(header)}.${encode(claims)}`;
      const signature = await signers[algorithm](key.privateKey, Buffer.from(input));
      return `${input}.${signature.toString('base64url')}`;
    },
    async read(token, type, issuer, options) {
      try {
        const { payload } = await jwtVerify(token, findPublicKey, {
          algorithms: [...signingAlgorithms],
          typ: type,
          issuer,
          // At the beginning of time nothing had expired yet.
          currentDate: new Date(options?.expired === 'accepted' ? 0 : clock() * 1000),
        });
        return payload;
      } catch {
        return undefined;
      }
    },
  };
}

/**
 * How each algorithm signs. ES256 and EdDSA take some 20 µs, less than a hop to a thread; RSA takes ten
 * times that and must not hold up others.
 */
const signers: Record<SigningAlgorithm, (key: KeyObject, data: Buffer) => Buffer | Promise<Buffer>> = {
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

function openKey(record: SigningKeyRecord, sealer: Sealer): SigningKey {
  const opened = sealer.open(record.sealedPrivateJwk);
  if (opened === undefined) {
    throw new Error(
      'The signing keys in the database cannot be opened with this GRANTOR_SECRET. Set the secret that they were made with.',
    );
  }
  return {
    kid: record.kid,
    algorithm: record.algorithm,
    privateKey: createPrivateKey({ key: JSON.parse(opened) as JsonWebKey, format: 'jwk' }),
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
