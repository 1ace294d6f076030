import { decodeJwt, decodeProtectedHeader, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import {
  clientSecretAlgorithms,
  clientSignatureAlgorithms,
  namesOfAlgorithm,
  OAuthError,
  type Parameters,
} from '../protocol/index.js';
import type { ClientRecord, UsedAssertionStore } from '../storage/ports/index.js';

/** The only type of assertion that authenticates clients (RFC 7523 §2.2). */
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** How far the clock of a client may differ from the server's, in seconds. */
const TOLERANCE_SECONDS = 60;

/** The longest remaining lifetime of an assertion, in seconds. The server stores its use until it expires. */
const MAX_LIFETIME_SECONDS = 3600;

/** The `typ` values that an assertion may have. A JWT of another explicit type is not an assertion (RFC 8725 §3.11). */
const TYPES: readonly unknown[] = [undefined, 'JWT', 'jwt', 'client-authentication+jwt'];

/** What the checks of every assertion need. */
export interface AssertionChecks {
  /** The valid values of `aud`: the issuer, and the token endpoints if the operator allows them. */
  readonly audiences: readonly string[];
  readonly used: UsedAssertionStore;
  readonly clock: Clock;
}

/** An assertion whose signature is not verified yet. */
export interface UnprovenAssertion {
  readonly text: string;
  readonly clientId: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: JWTPayload;
}

/**
 * Finds an assertion whose `alg` belongs to a method, so that each assertion has one method.
 *
 * @throws OAuthError if `client_assertion` or its type is missing or malformed
 */
export function readAssertion(
  { client_assertion: text, client_assertion_type: type, client_id: clientId }: Parameters,
  algorithms: readonly string[],
): UnprovenAssertion | undefined {
  if (text === undefined && type === undefined) return undefined;
  if (text === undefined) {
    throw new OAuthError('invalid_request', "'client_assertion' is missing beside 'client_assertion_type'");
  }
  // RFC 7521 §4.2
  if (type !== ASSERTION_TYPE) {
    throw new OAuthError('invalid_client', `'client_assertion_type' must be '${ASSERTION_TYPE}'`);
  }
  const { header, claims } = decode(text);
  if (!isKnown(header.alg)) {
    throw new OAuthError(
      'invalid_client',
      "'client_assertion' must be signed with an algorithm of this server",
    );
  }
  if (!algorithms.includes(header.alg)) return undefined;
  // RFC 7523 §3: the subject must be the client_id.
  if (typeof claims.sub !== 'string' || claims.sub === '') throw malformed();
  // RFC 7521 §4.2: client_id is optional; if it is sent, it must be the same client.
  if (clientId !== undefined && clientId !== claims.sub) {
    throw new OAuthError('invalid_request', "'client_id' is not the client of 'client_assertion'");
  }
  return { text, clientId: claims.sub, header, claims };
}

/**
 * Whether an assertion proves that a request comes from this client (RFC 7523 §3). The claims are checked first, so
 * that no key set is fetched for an assertion with invalid claims. Then the signature is verified, and the assertion is
 * marked as used.
 *
 * @param algorithms the algorithms of the method; a client can be registered for one of them
 * @param keys the keys of which one must verify the signature. All are tried, so that the time does not reveal which one
 */
export async function verifyAssertion(
  { audiences, used, clock }: AssertionChecks,
  { text, header, claims }: UnprovenAssertion,
  client: ClientRecord,
  algorithms: readonly string[],
  keys: readonly JWTVerifyGetKey[],
): Promise<boolean> {
  const now = clock();
  const { token_endpoint_auth_signing_alg: registered } = client.metadata;
  const named = registered === undefined ? algorithms : namesOfAlgorithm(registered);
  const allowed = algorithms.filter((name) => named.includes(name));
  const problem =
    (TYPES.includes(header.typ) ? undefined : "its 'typ' is that of another kind of JWT") ??
    (allowed.includes(String(header.alg)) ? undefined : "its 'alg' is not the registered one") ??
    claimsProblem(claims, client.id, audiences, now);
  if (problem !== undefined) throw refused(problem);
  const verified = await Promise.allSettled(
    keys.map(async (key) =>
      jwtVerify(text, key, {
        algorithms: allowed,
        issuer: client.id,
        subject: client.id,
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(now * 1000),
      }),
    ),
  );
  if (!verified.some(({ status }) => status === 'fulfilled')) {
    const [first] = verified;
    const cause: unknown = first?.status === 'rejected' ? first.reason : undefined;
    throw refused('its signature does not fit the keys of the client', cause);
  }
  const expiresAt = Number(claims.exp) + TOLERANCE_SECONDS;
  // RFC 7523 §3: a used jti must be refused.
  if ((await used.use(client.id, sha256(String(claims.jti)), Math.ceil(expiresAt))) === 'replayed') {
    throw refused("its 'jti' was used before");
  }
  return true;
}

/** The problem of the claims of an assertion, for its developer. */
function claimsProblem(
  { iss, sub, aud, exp, nbf, iat, jti }: JWTPayload,
  clientId: string,
  audiences: readonly string[],
  now: number,
): string | undefined {
  if (iss !== clientId || sub !== clientId) return "'iss' and 'sub' must both be the client_id";
  // An assertion with several audiences would also be valid at another server (CVE-2025-27370, CVE-2025-27371).
  const [audience, ...others] = Array.isArray(aud) ? (aud as unknown[]) : [aud];
  if (others.length > 0 || typeof audience !== 'string' || !audiences.includes(audience)) {
    return "'aud' must be the issuer of this server and nothing else";
  }
  if (!isTime(exp) || exp <= now - TOLERANCE_SECONDS) return "'exp' is missing or in the past";
  if (exp > now + MAX_LIFETIME_SECONDS + TOLERANCE_SECONDS) return "'exp' is more than an hour ahead";
  if (nbf !== undefined && !(isTime(nbf) && nbf <= now + TOLERANCE_SECONDS)) return "'nbf' is in the future";
  if (iat !== undefined && !(isTime(iat) && iat <= now + TOLERANCE_SECONDS)) return "'iat' is in the future";
  if (typeof jti !== 'string' || jti === '' || jti.length > 1024) return "'jti' is missing";
  return undefined;
}

function isKnown(alg: unknown): alg is string {
  return [...clientSecretAlgorithms, ...clientSignatureAlgorithms].some((known) => known === alg);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function decode(text: string): { header: Record<string, unknown>; claims: JWTPayload } {
  try {
    return { header: { ...decodeProtectedHeader(text) }, claims: decodeJwt(text) };
  } catch {
    throw malformed();
  }
}

function malformed(): OAuthError {
  return new OAuthError(
    'invalid_client',
    "'client_assertion' must be a signed JWT with the client_id in 'sub'",
  );
}

function refused(problem: string, cause?: unknown): OAuthError {
  return new OAuthError('invalid_client', `'client_assertion' is refused: ${problem}`, { cause });
}
