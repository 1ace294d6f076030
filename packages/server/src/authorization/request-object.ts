import { decodeProtectedHeader, type JWTPayload, type JWTVerifyGetKey, jwtVerify, UnsecuredJWT } from 'jose';
import { ClientKeysError } from '../client-keys/client-keys-error.js';
import {
  clientSignatureAlgorithms,
  namesOfAlgorithm,
  OAuthError,
  type Parameters,
  parseJson,
} from '../protocol/index.js';

/** How far the clocks of the client and this server may differ, in seconds. */
const CLOCK_TOLERANCE_SECONDS = 60;

/** The accepted values of `typ`, in lower case: none, the general type, or that of RFC 9101 §4. */
const TYPES: readonly unknown[] = [
  undefined,
  'jwt',
  'application/jwt',
  'oauth-authz-req+jwt',
  'application/oauth-authz-req+jwt',
];

/** The rules for a request object. */
export interface RequestObjectRules {
  readonly issuer: string;
  readonly clientId: string;
  /** The algorithm that the client registered; undefined for any but `none`. */
  readonly algorithm: string | undefined;
  /** Whether `none` is refused even if the client registered it (RFC 9101 §10.5). */
  readonly mustBeSigned: boolean;
  readonly findKey: JWTVerifyGetKey;
  /** The error code for an unsigned one if the client registered no algorithm (OpenID Connect Core 1.0 §3.1.2.6). */
  readonly unsupported: 'request_not_supported' | 'request_uri_not_supported';
  /** Seconds since the epoch. */
  readonly now: number;
}

/**
 * Reads a request object (OpenID Connect Core 1.0 §6.1, RFC 9101 §6): the signature, then the claims about the object,
 * then the parameters.
 *
 * @param text a compact JWT
 * @throws OAuthError `invalid_request_object`, or `unsupported` of the rules
 */
export async function readRequestObject(text: string, rules: RequestObjectRules): Promise<Parameters> {
  const algorithm = checkHeader(text);
  const claims = await (algorithm === 'none' ? readUnsigned(text, rules) : readSigned(text, rules));
  checkClaims(claims, rules);
  return readParameters(claims);
}

/** Checks the header before the signature, and returns its `alg`. */
function checkHeader(text: string): unknown {
  const parts = text.split('.').length;
  // Encryption does not prove the sender: the encryption key is public (CVE-2026-9793).
  if (parts === 5) throw invalid('is encrypted; send it signed and not encrypted');
  let header: Record<string, unknown>;
  try {
    header = decodeProtectedHeader(text);
  } catch {
    throw invalid('is not a JWT');
  }
  // RFC 7515 §4.1.11: no critical extension is supported.
  if ('crit' in header) throw invalid("has a 'crit' header; no critical extension is supported");
  const type = typeof header.typ === 'string' ? header.typ.toLowerCase() : header.typ;
  // RFC 8725 §3.11: a JWT for another purpose is not a request object.
  if (!TYPES.includes(type)) throw invalid("has a 'typ' header other than oauth-authz-req+jwt or JWT");
  return header.alg;
}

function readUnsigned(
  text: string,
  { algorithm, mustBeSigned, unsupported, now }: RequestObjectRules,
): JWTPayload {
  if (mustBeSigned) throw invalid('is not signed, which this server requires');
  // OpenID Connect Core 1.0 §6.1: none, only where the client registered it.
  if (algorithm === undefined) {
    throw new OAuthError(
      unsupported,
      "Unsigned request objects are for apps registered with request_object_signing_alg 'none'",
    );
  }
  if (algorithm !== 'none') throw invalid('is not signed, which this app is registered to do');
  try {
    return UnsecuredJWT.decode(text, timeRules(now)).payload;
  } catch (cause) {
    throw invalid('cannot be read, has expired, or is not valid yet', cause);
  }
}

async function readSigned(
  text: string,
  { algorithm, findKey, now }: RequestObjectRules,
): Promise<JWTPayload> {
  const algorithms = [...(algorithm === undefined ? clientSignatureAlgorithms : namesOfAlgorithm(algorithm))];
  try {
    return (await jwtVerify(text, findKey, { ...timeRules(now), algorithms })).payload;
  } catch (cause) {
    throw invalid(reasonFor(cause), cause);
  }
}

function timeRules(now: number) {
  return { currentDate: new Date(now * 1000), clockTolerance: CLOCK_TOLERANCE_SECONDS };
}

/** Says what to change, without repeating what was sent. */
function reasonFor(error: unknown): string {
  if (error instanceof ClientKeysError) return `cannot be verified: ${error.message}`;
  switch ((error as { code?: string }).code) {
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
      return 'is signed with an algorithm that this app is not registered for';
    case 'ERR_JWT_EXPIRED':
      return 'has expired';
    case 'ERR_JWT_CLAIM_VALIDATION_FAILED':
      return "has an invalid 'exp', 'nbf' or 'iat'";
    default:
      return 'has no valid signature of this app';
  }
}

function checkClaims(claims: JWTPayload, { issuer, clientId }: RequestObjectRules): void {
  // RFC 9101 §4: the issuer and the audience. Both are optional in OpenID Connect Core 1.0 §6.1.
  if (claims.iss !== undefined && claims.iss !== clientId) throw invalid("has an 'iss' other than this app");
  if (claims.aud !== undefined && ![claims.aud].flat().includes(issuer)) {
    throw invalid("has an 'aud' other than this server's issuer");
  }
  // RFC 9101 §10.8: otherwise a client assertion could be used as a request object, and the reverse.
  if (claims.sub !== undefined && claims.sub === clientId) throw invalid("has this app as its 'sub'");
  // RFC 9101 §4
  for (const name of ['request', 'request_uri']) {
    if (claims[name] !== undefined) throw invalid(`has a '${name}' in it`);
  }
}

/** The claims as parameters, with the same rules as for parameters that are sent outside. */
function readParameters(claims: JWTPayload): Parameters {
  const { max_age: maxAge, claims: claimsRequest } = claims;
  try {
    const flat = {
      ...claims,
      // OpenID Connect Core 1.0 §6.1: both are JSON inside, and text outside.
      ...(typeof maxAge === 'number' ? { max_age: String(maxAge) } : {}),
      ...(typeof claimsRequest === 'object' ? { claims: JSON.stringify(claimsRequest) } : {}),
    };
    return parseJson(JSON.stringify(flat));
  } catch (error) {
    // JSON can be parsed at a depth at which it cannot be serialized.
    if (error instanceof RangeError) throw invalid('is nested too deeply', error);
    if (error instanceof OAuthError)
      throw invalid(`has a parameter that cannot be used: ${error.description}`);
    throw error;
  }
}

function invalid(what: string, cause?: unknown): OAuthError {
  return new OAuthError('invalid_request_object', `The request object ${what}`, {
    cause,
    internal: internalOf(cause) ?? what,
  });
}

function internalOf(cause: unknown): string | undefined {
  if (cause instanceof ClientKeysError) return cause.internal;
  return cause instanceof Error ? cause.message : undefined;
}
