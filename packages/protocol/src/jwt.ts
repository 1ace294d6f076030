import { signatureAlgorithm } from './algorithms.js';
import { fromBase64url } from './base64url.js';
import { isJsonObject, type JsonObject, parseJson } from './json.js';
import type { FindKey } from './key-set.js';

/** A JWT whose signature was verified. Its claims are the issuer's; they are not checked yet. */
export interface VerifiedJwt {
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/** What the verifier of a JWT decides. The token does not influence it. */
export interface JwtExpectations {
  /** The algorithms that are accepted, of those that `signatureAlgorithm` knows. */
  readonly algorithms: readonly string[];
  readonly findKey: FindKey;
  /** Refuses a header before a key is looked up; returns the end of a sentence about the token. */
  readonly headerProblem?: (header: JsonObject) => string | undefined;
}

const NOT_A_JWT = 'is not a signed JWT';

/**
 * Verifies the signature of a JWT in compact form (RFC 7515 §5.2, RFC 7519 §7.2).
 *
 * Only `alg`, `kid` and `crit` of the header are used: a key or an address that the token brings (`jwk`, `jku`, `x5c`,
 * `x5u`) proves nothing (RFC 8725 §3.10).
 *
 * @returns the JWT, or what is wrong with it as the end of a sentence about the token
 */
export async function verifyJwt(token: string, expected: JwtExpectations): Promise<VerifiedJwt | string> {
  const parts = token.split('.');
  const [head = '', body = '', tail = ''] = parts;
  const header = jsonPart(head);
  const claims = jsonPart(body);
  const signature = fromBase64url(tail);
  if (parts.length !== 3 || header === undefined || claims === undefined || signature === undefined) {
    return NOT_A_JWT;
  }
  const { alg, kid, crit } = header;
  // RFC 8725 §3.1: the algorithm is the verifier's choice, never the token's.
  const algorithm = expected.algorithms.includes(alg as string)
    ? signatureAlgorithm(alg as string)
    : undefined;
  if (algorithm === undefined) return 'is signed with an algorithm (alg) that is not accepted';
  // RFC 7515 §4.1.11: an extension that is critical and not understood is refused. None is understood here.
  if (crit !== undefined) return 'uses an extension (crit) that is not supported';
  if (kid !== undefined && typeof kid !== 'string') return NOT_A_JWT;
  const problem = expected.headerProblem?.(header);
  if (problem !== undefined) return problem;

  const key = await expected.findKey(alg as string, kid);
  if (key === undefined) return 'is signed with a key (kid) that the issuer does not publish';
  const input = new TextEncoder().encode(`${head}.${body}`);
  // What a runtime throws for a malformed signature is a wrong signature too.
  const isSigned = await crypto.subtle.verify(algorithm.parameters, key, signature, input).catch(() => false);
  return isSigned ? { header, claims } : 'has a wrong signature';
}

function jsonPart(part: string): JsonObject | undefined {
  const bytes = fromBase64url(part);
  if (bytes === undefined) return undefined;
  try {
    const value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
