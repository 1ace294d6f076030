import type { Clock } from '../crypto/clock.js';
import { satisfies } from '../issuance/binding.js';
import type { Lifetimes } from '../issuance/dependencies.js';
import { familyOf, refreshTokenEnd, refreshTokenName } from '../issuance/refresh-token.js';
import { OAuthError, type Parameters, parseScope } from '../protocol/index.js';
import type { GrantRecord, GrantStore, SpentRefreshToken } from '../storage/ports/index.js';
import type { Grant } from './grant-type.js';
import { type GrantedAccessDependencies, tokenAccess } from './granted-access.js';
import { askedBy, type RefreshResponse, readResponseText, responseText } from './refresh-response.js';
import type { CreateReuseEvent } from './reuse.js';
import type { SealedResponses } from './sealed-responses.js';
import { wantsFor } from './token-wants.js';

export interface RefreshTokenGrantDependencies extends GrantedAccessDependencies {
  readonly grants: GrantStore;
  readonly sealedResponses: SealedResponses;
  readonly clock: Clock;
  /** How long a retry of the same refresh gets the same response again, in seconds. */
  readonly retrySeconds: number;
  readonly createReuseEvent: CreateReuseEvent;
  readonly lifetimes: Lifetimes;
}

/**
 * The refresh token grant (RFC 6749 §6) with rotation: each token has one successor. Responses can be lost, so that a retry of
 * the same request within a short time gets the first response again. Later, or once the successor was used, it is a replay,
 * and the whole family ends (RFC 9700 §4.14.2).
 */
export function refreshTokenGrant(dependencies: RefreshTokenGrantDependencies): Grant {
  const { grants, sealedResponses, clock, retrySeconds, createReuseEvent, lifetimes } = dependencies;

  /** The first response, if this is a retry and not a replay. */
  function firstResponse(presented: string, { retry }: SpentRefreshToken): RefreshResponse | undefined {
    if (retry === null || retrySeconds === 0 || clock() - retry.spentAt > retrySeconds) return undefined;
    const text = sealedResponses.open(presented, retry.sealedResponse);
    return text === undefined ? undefined : readResponseText(text);
  }

  async function replayed(grant: GrantRecord): Promise<OAuthError> {
    await grants.revoke(grant.id, clock(), createReuseEvent('refresh_token_reused', grant));
    return refused('a spent refresh token was used again; its family has ended');
  }

  return {
    type: 'refresh_token',
    async redeem({ client, binding, parameters, noteUser }) {
      const token = parameters.refresh_token;
      if (token === undefined) throw new OAuthError('invalid_request', "'refresh_token' is missing");
      const name = refreshTokenName(token);
      const found = await grants.findRefreshToken(name);
      // RFC 6749 §6: a request of another client must not end the family.
      if (found === undefined || found.grant.clientId !== client.id) throw refused();
      const { token: state, grant, account } = found;
      noteUser(account.id);
      if (grant.revokedAt !== null) throw refused('its grant has ended');
      // RFC 9449 §5, RFC 8705 §7.1: as with client authentication, a request without the key ends nothing.
      if (!satisfies(state.binding, binding)) throw refused('it is bound to another key');
      const repetition = state.state === 'spent' ? firstResponse(token, state) : undefined;
      // RFC 9700 §4.14.2: checked before the rest of the request, since a replay is a theft whatever it asks for.
      if (state.state === 'spent' && repetition === undefined) throw await replayed(grant);
      if (account.disabledAt !== null) throw refused('its account is disabled');
      const named = namedScopes(parameters, grant);
      const access = await tokenAccess(dependencies, parameters, {
        client,
        grant,
        named,
        now: clock(),
      });
      const asked = askedBy(parameters);
      if (repetition !== undefined) return { kind: 'repetition', body: bodyFor(asked, repetition) };
      if (state.state === 'current' && state.expiresAt <= clock()) {
        throw refused('the refresh token has expired');
      }
      // A public client cannot prove that the token was issued to it (RFC 9700 §4.14.2).
      const rotates =
        client.authenticationMethod === 'none' || client.metadata.refresh_token_rotation !== false;
      return {
        kind: 'redemption',
        subject: { kind: 'user', client, grant, account, ...access },
        // OpenID Connect Core 1.0 §12.2: the nonce should not be in an ID token from a refresh.
        wants: wantsFor(
          client,
          access.scopes,
          null,
          rotates ? { replaced: { family: familyOf(token), binding: state.binding } } : undefined,
        ),
        async commit({ accessToken, refreshToken }, body) {
          const now = clock();
          if (refreshToken === null) {
            const end = refreshTokenEnd(grant, now, lifetimes);
            const tokens = { grantId: grant.id, accessToken };
            if ((await grants.keepRefreshToken(name, tokens, end, now)) === 'kept') return body;
            throw refused('its grant ended meanwhile');
          }
          const successor = { grantId: grant.id, accessToken, refreshToken };
          const sealed = sealedResponses.seal(token, responseText({ asked, body }));
          const outcome = await grants.rotateRefreshToken(name, successor, sealed, now);
          if (outcome.outcome === 'rotated') return body;
          if (outcome.outcome === 'missing') throw refused('its grant ended meanwhile');
          const first = firstResponse(token, outcome.token);
          if (first === undefined) throw await replayed(grant);
          return bodyFor(asked, first);
        },
      };
    },
  };
}

/** A request for another scope or resource is not a retry and does not get the tokens of the first request. */
function bodyFor(asked: string, first: RefreshResponse): string {
  if (first.asked === undefined || first.asked === asked) return first.body;
  throw new OAuthError(
    'invalid_grant',
    "'refresh_token' was used by a request with another 'scope' or 'resource'; repeat that request as sent, or use the refresh token that it got",
  );
}

/** RFC 6749 §6: a request can ask for less than was granted, never for more. */
function namedScopes(parameters: Parameters, grant: GrantRecord): readonly string[] {
  const named = parseScope(parameters.scope);
  if (named.every((name) => grant.scopes.includes(name))) return named;
  throw new OAuthError('invalid_scope', "'scope' names a scope that the user did not grant");
}

function refused(internal?: string): OAuthError {
  return new OAuthError(
    'invalid_grant',
    "'refresh_token' is unknown, expired, already used, or was issued to another app",
    internal === undefined ? {} : { internal },
  );
}
