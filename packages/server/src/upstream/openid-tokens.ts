import {
  claimsProblem,
  type FindKey,
  idTokenProblem,
  isJsonObject,
  type JsonObject,
  type VerifiedJwt,
  verifyJwt,
} from '@grantor/protocol';
import type { OpenIdProviderSettings } from './expand-provider.js';
import { issuerOfToken, subjectOfToken } from './openid-issuer.js';
import { UpstreamError, type UpstreamLogout } from './provider.js';

/** Asymmetric algorithms only: `none` and HMAC do not prove who signed (RFC 8725 §3.1). */
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA'];

const CLOCK_TOLERANCE_SECONDS = 60;

/** The longest `sub` (OpenID Connect Core 1.0 §2). */
const MAX_SUBJECT = 255;

/** Back-Channel Logout 1.0 §2.4 */
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** The types of logout tokens, without regard to case (Back-Channel Logout 1.0 §2.4). Many providers send `JWT`. */
const LOGOUT_TYPES = ['logout+jwt', 'application/logout+jwt', 'jwt'];

/** How long a logout token may be valid, in seconds. It is kept as used until then. */
const MAX_LOGOUT_SECONDS = 86_400;

/** What the tokens of a provider are checked with. */
export interface TokenCheck {
  readonly settings: OpenIdProviderSettings;
  readonly findKey: FindKey;
  readonly now: number;
}

/**
 * The claims of the ID token of a token response (OpenID Connect Core 1.0 §3.1.3.7).
 *
 * @throws UpstreamError
 */
export async function idTokenClaims(
  { settings, findKey, now }: TokenCheck,
  { id_token: idToken, access_token: accessToken }: JsonObject,
  nonce: string,
): Promise<JsonObject> {
  if (typeof idToken !== 'string') throw new UpstreamError('refused', 'the token response has no ID token');
  const verified = await verify('the ID token', idToken, findKey);
  const problem = await idTokenProblem(verified, {
    issuer: issuerOfToken('the ID token', settings, verified.claims),
    clientId: settings.clientId,
    accessToken: typeof accessToken === 'string' ? accessToken : undefined,
    request: { nonce },
    now,
    clockToleranceSeconds: CLOCK_TOLERANCE_SECONDS,
  });
  if (problem !== undefined) throw new UpstreamError('refused', `the ID token ${problem}`);
  const { sub } = verified.claims;
  if (!isText(sub) || String(sub).length > MAX_SUBJECT) {
    throw new UpstreamError(
      'refused',
      `the ID token has a sub that is not text of 1 to ${MAX_SUBJECT} characters`,
    );
  }
  return verified.claims;
}

/**
 * Checks a logout token (Back-Channel Logout 1.0 §2.6). Whether it was used before is for the caller to decide.
 *
 * @throws UpstreamError
 */
export async function logoutOfToken(
  { settings, findKey, now }: TokenCheck,
  token: string,
): Promise<UpstreamLogout> {
  const { header, claims } = await verify('The logout token', token, findKey);
  const problem =
    typeProblem(header) ??
    claimsProblem(claims, {
      issuer: issuerOfToken('The logout token', settings, claims),
      audiences: [settings.clientId],
      now,
      clockToleranceSeconds: CLOCK_TOLERANCE_SECONDS,
    }) ??
    logoutProblem(claims, now);
  if (problem !== undefined) throw new UpstreamError('refused', `The logout token ${problem}`);
  const { sid, sub, jti, exp } = claims;
  return {
    sid: typeof sid === 'string' ? sid : undefined,
    subject: sub === undefined ? undefined : subjectOfToken(settings, claims),
    tokenId: String(jti),
    usedUntil: Math.ceil(Number(exp)) + CLOCK_TOLERANCE_SECONDS,
  };
}

async function verify(what: string, token: string, findKey: FindKey): Promise<VerifiedJwt> {
  const verified = await verifyJwt(token, { algorithms: ALGORITHMS, findKey });
  if (typeof verified === 'string') throw new UpstreamError('refused', `${what} ${verified}`);
  return verified;
}

/** RFC 8725 §3.11: a token of another type must not be used as a logout token. */
function typeProblem({ typ }: JsonObject): string | undefined {
  if (typ === undefined) return undefined;
  const isLogout = typeof typ === 'string' && LOGOUT_TYPES.includes(typ.toLowerCase());
  return isLogout ? undefined : 'is a token of another type (typ)';
}

function logoutProblem(claims: JsonObject, now: number): string | undefined {
  const { iat, exp, jti, sid, sub, nonce, events } = claims;
  // Back-Channel Logout 1.0 §2.6 (6): an ID token has one, and must not end a session.
  if (nonce !== undefined) return 'has a nonce, which logout tokens never have';
  if (!isJsonObject(events) || !isJsonObject(events[LOGOUT_EVENT])) return 'has no logout event (events)';
  if (typeof iat !== 'number') return 'has no iat';
  if (Number(exp) - now > MAX_LOGOUT_SECONDS) return 'is valid for longer than a day (exp)';
  if (!isText(jti)) return 'has no jti';
  if (sid === undefined && sub === undefined) return 'has neither sid nor sub';
  if ((sid !== undefined && !isText(sid)) || (sub !== undefined && !isText(sub))) {
    return 'has a sid or a sub that is no text';
  }
  return undefined;
}

/** Text that can be stored: PostgreSQL refuses the control character U+0000. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && /^\P{Cc}{1,512}$/u.test(value);
}
