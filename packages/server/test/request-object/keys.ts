import {
  CompactSign,
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTPayload,
  SignJWT,
} from 'jose';

/** A key pair of an app's developer. */
export interface AppKey {
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  /** As the app registers it. */
  readonly jwk: JWK;
  /** Signs what its app says. */
  sign(claims: JWTPayload, header?: Readonly<Record<string, unknown>>): Promise<string>;
  /** Signs any text. */
  signText(payload: string): Promise<string>;
}

export async function createAppKey(algorithm: string): Promise<AppKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: `the ${algorithm} key`, alg: algorithm };
  return {
    algorithm,
    privateKey,
    jwk,
    signText: (payload) =>
      new CompactSign(Buffer.from(payload))
        .setProtectedHeader({ alg: algorithm, kid: jwk.kid })
        .sign(privateKey),
    sign: (claims, header = {}) =>
      new SignJWT(claims).setProtectedHeader({ alg: algorithm, kid: jwk.kid, ...header }).sign(privateKey),
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An unsigned JWT (RFC 7519 §6.1). */
export function unsigned(claims: JWTPayload, header: Readonly<Record<string, unknown>> = {}): string {
  return `${encode({ alg: 'none', ...header })}.${encode(claims)}.`;
}
