import { compactVerify, decodeProtectedHeader, type ProtectedHeaderParameters } from 'jose';
import type { KeySet } from './key-set.js';

/** More than Node.js lets all headers of a request have together: nothing honest is longer. */
const MAX_TOKEN_CHARACTERS = 16 * 1024;

const NOT_A_JWT = 'The access token is not a signed JWT';

/**
 * Proves that the issuer signed a token, and signed it as an access token.
 *
 * @returns the claims, or a sentence that says what is wrong with the token
 * @throws KeysUnavailable when the issuer's keys cannot be had
 */
export async function verifySignature(
  token: string,
  algorithms: readonly string[],
  keys: KeySet,
): Promise<Readonly<Record<string, unknown>> | string> {
  if (token.length > MAX_TOKEN_CHARACTERS) return 'The access token is too long';
  if (token.split('.').length !== 3) return NOT_A_JWT;

  let header: ProtectedHeaderParameters;
  try {
    header = decodeProtectedHeader(token);
  } catch {
    return NOT_A_JWT;
  }
  const refusal = refuseHeader(header, algorithms);
  if (refusal !== undefined) return refusal;

  // Only `alg` and `kid` are looked at: a key or an address the token itself brings (`jwk`, `jku`, `x5c`,
  // `x5u`) proves nothing (RFC 8725 §3.10).
  const { alg, kid } = header;
  const key = await keys.find({
    ...(alg === undefined ? {} : { alg }),
    ...(kid === undefined ? {} : { kid }),
  });
  if (key === undefined) return 'The access token is signed with a key the issuer does not publish';

  try {
    const { payload } = await compactVerify(token, key, { algorithms: [...algorithms] });
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
    return isRecord(claims) ? claims : NOT_A_JWT;
  } catch {
    return 'The signature of the access token is wrong';
  }
}

function refuseHeader(header: ProtectedHeaderParameters, algorithms: readonly string[]): string | undefined {
  const { alg, typ } = header;
  // RFC 8725 §3.1: the algorithm is this API's choice, never the token's.
  if (typeof alg !== 'string' || !algorithms.includes(alg)) {
    return 'The access token is signed with an algorithm that is not accepted here';
  }
  // RFC 7515 §4.1.11: what is critical and not understood is refused, and the guard understands none.
  if (header.crit !== undefined) return 'The access token uses an extension (crit) that is not supported';
  // RFC 9068 §4, RFC 7515 §4.1.9. Keeps ID tokens, which anyone's browser has, out of APIs.
  const mediaType = typeof typ === 'string' ? typ.toLowerCase() : '';
  if (mediaType !== 'at+jwt' && mediaType !== 'application/at+jwt') {
    return 'The token is not an access token: its typ is not at+jwt';
  }
  if (header.kid !== undefined && typeof header.kid !== 'string') return NOT_A_JWT;
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
