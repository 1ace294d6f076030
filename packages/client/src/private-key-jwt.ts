import { signatureAlgorithm, toBase64url } from '@grantor/protocol';
import type { ClientAuthentication } from './client-authentication.js';
import { ClientError } from './errors.js';
import { randomValue } from './random.js';

/** A private key with the ID under which the server knows its public key. */
export interface PrivateKey {
  readonly key: CryptoKey;
  /** `kid` in the client's JWK Set. Needed if the set has more than one key that fits. */
  readonly kid: string;
}

/** How long an assertion can be used. */
const LIFETIME_SECONDS = 60;

/**
 * Signs an assertion for each request: `private_key_jwt` (RFC 7523 §2.2, OpenID Connect Core 1.0 §9). The algorithm
 * follows from the key. The audience is the issuer.
 *
 * @param privateKey a WebCrypto key with the usage `sign`, alone or with its key ID
 * @throws ClientError `configuration` for a key that cannot sign
 * @example
 * import { privateKeyJwt } from '@grantor/client/private-key-jwt';
 *
 * const key = await crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
 * const client = createClient({ ...options, authentication: privateKeyJwt({ key, kid: jwk.kid }) });
 */
export function privateKeyJwt(privateKey: CryptoKey | PrivateKey): ClientAuthentication {
  const { key, kid } = 'key' in privateKey ? privateKey : { key: privateKey, kid: undefined };
  const alg = algorithmOf(key);
  const parameters = signatureAlgorithm(alg ?? '')?.parameters;
  if (alg === undefined || parameters === undefined || !key.usages.includes('sign')) {
    throw new ClientError(
      'configuration',
      'The key for privateKeyJwt cannot sign. Pass a private WebCrypto key for ECDSA, RSA or Ed25519 with the usage "sign".',
    );
  }
  return async ({ clientId, issuer, now }) => {
    const claims = {
      iss: clientId,
      sub: clientId,
      aud: issuer,
      jti: randomValue(),
      iat: now,
      exp: now + LIFETIME_SECONDS,
    };
    const input = `${encode({ alg, kid })}.${encode(claims)}`;
    const signature = await crypto.subtle.sign(parameters, key, new TextEncoder().encode(input));
    const assertion = `${input}.${toBase64url(new Uint8Array(signature))}`;
    return {
      parameters: {
        client_id: clientId,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      },
      secrets: [assertion],
    };
  };
}

function encode(value: unknown): string {
  return toBase64url(new TextEncoder().encode(JSON.stringify(value)));
}

/** The `alg` that a key signs with (RFC 7518 §3.1, RFC 8037 §3.1). */
function algorithmOf({ algorithm }: CryptoKey): string | undefined {
  const { name, hash, namedCurve } = algorithm as Partial<RsaHashedKeyAlgorithm & EcKeyAlgorithm>;
  const bits = hash?.name.slice(-3) ?? '';
  switch (name) {
    case 'ECDSA':
      return { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' }[namedCurve ?? ''];
    case 'RSASSA-PKCS1-v1_5':
      return `RS${bits}`;
    case 'RSA-PSS':
      return `PS${bits}`;
    case 'Ed25519':
      return 'EdDSA';
    default:
      return undefined;
  }
}
