import { methodOf } from '../accounts/external-identity.js';
import type { SignInEvents } from '../accounts/sign-in-events.js';
import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import { OAuthError, tooManyRequests } from '../protocol/index.js';
import type { EndedSession, SessionStore } from '../storage/ports/index.js';
import type { AddressLimit } from '../throttling/address-limit.js';
import { waitOf } from '../throttling/limit.js';
import type { Providers } from '../upstream/create-providers.js';
import { UpstreamError, type UpstreamLogout } from '../upstream/provider.js';
import { type Endpoint, type EndpointRequest, json } from './endpoint.js';
import { providerOf } from './provider-sign-in.endpoint.js';

export interface ProviderLogoutDependencies {
  readonly providers: Providers;
  readonly sessions: Pick<SessionStore, 'endOfProvider'>;
  readonly events: Pick<SignInEvents, 'endedAtProvider'>;
  /** Counts logout tokens that are refused: each costs the verification of a signature. */
  readonly limit: AddressLimit;
  readonly clock: Clock;
  /** Called for each ended session, whose clients must be notified. */
  readonly onEnded: (ended: EndedSession) => void;
}

/**
 * `POST /signin/with/:provider/logout`: a provider has ended a session, and the sessions that came from it end here
 * (Back-Channel Logout 1.0 §2.5 to §2.8).
 */
export function providerLogoutEndpoint(dependencies: ProviderLogoutDependencies): Endpoint {
  const { providers, sessions, events, limit, clock, onEnded } = dependencies;
  return async (incoming) => {
    const { readLogout, external } = providerOf(providers, incoming);
    if (readLogout === undefined) {
      throw new OAuthError('invalid_request', 'This provider sends no logout tokens', { status: 404 });
    }
    const token = logoutTokenOf(incoming);
    const { address } = incoming;
    const retryAfterSeconds = waitOf(await limit.count(address));
    if (retryAfterSeconds > 0)
      throw tooManyRequests('Too many logout tokens were refused', retryAfterSeconds);
    const { sid, subject, tokenId, usedUntil } = await verified(readLogout, token);
    const ended = await sessions.endOfProvider(
      {
        provider: external.id,
        sid,
        subject,
        token: { id: `logout:${external.id}:${sha256(tokenId)}`, expiresAt: usedUntil },
      },
      clock(),
      events.endedAtProvider(methodOf(external.id), address),
    );
    // Back-Channel Logout 1.0 §2.6 (8)
    if (ended === 'alreadySpent')
      throw new OAuthError('invalid_request', 'The logout token was used before (jti)');
    await limit.refund(address);
    for (const one of ended) onEnded(one);
    return json(200, {});
  };
}

function logoutTokenOf({ body }: EndpointRequest): string {
  if (body?.mediaType !== 'application/x-www-form-urlencoded') {
    throw new OAuthError('invalid_request', 'The body must be sent as application/x-www-form-urlencoded');
  }
  const [token, ...others] = new URLSearchParams(body.text).getAll('logout_token');
  if (token === undefined || others.length > 0) {
    throw new OAuthError('invalid_request', "'logout_token' is missing or sent more than once");
  }
  return token;
}

async function verified(
  readLogout: (token: string) => Promise<UpstreamLogout>,
  token: string,
): Promise<UpstreamLogout> {
  try {
    return await readLogout(token);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    // Back-Channel Logout 1.0 §2.8: a provider sends the token again unless it is invalid.
    if (error.reason !== 'unavailable') throw new OAuthError('invalid_request', error.message);
    throw new OAuthError('temporarily_unavailable', 'The keys of the provider cannot be read', {
      status: 503,
    });
  }
}
