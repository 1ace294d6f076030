import type { Clock } from '../crypto/clock.js';
import { satisfies } from '../issuance/binding.js';
import type { Lifetimes } from '../issuance/dependencies.js';
import { familyOf, refreshTokenEnd, refreshTokenName } from '../issuance/refresh-token.js';
import { OAuthError, type Parameters, parseScope } from '../protocol/index.js';
import type { GrantRecord, GrantStore, SpentRefreshToken } from '../storage/ports/index.js';
import type { Grant } from './grant-type.js';
import { type GrantedAccessDependencies, tokenAccess } from './granted-access.js';
import { answerText, askedBy, type RefreshAnswer, readAnswerText } from './refresh-answer.js';
import type { DescribeReuse } from './reuse.js';
import type { SealedAnswers } from './sealed-answers.js';
import { wantsFor } from './token-wants.js';

export interface RefreshTokenGrantDependencies extends GrantedAccessDependencies {
  readonly grants: GrantStore;
  readonly answers: SealedAnswers;
  readonly clock: Clock;
  /** How long a retry of the same refresh gets the same answer again, in seconds. */
  readonly retrySeconds: number;
  readonly describeReuse: DescribeReuse;
  readonly lifetimes: Lifetimes;
}

/**
 * The refresh token grant (RFC 6749 §6) with rotation: each token has one successor. Networks lose responses, so a retry
 * of the same request within a short time gets the first response again. Later, or once the successor was used, it is a
 * replay, and the whole family ends (RFC 9700 §4.14.2).
 */
export function refreshTokenGrant(dependencies: RefreshTokenGrantDependencies): Grant {
  const { grants, answers, clock, retrySeconds, describeReuse, lifetimes } = dependencies;

  /** What the token was answered with, where this is a retry and not a replay. */
  function answerOf(presented: string, { retry }: SpentRefreshToken): RefreshAnswer | undefined {
    if (retry === null || retrySeconds === 0 || clock() - retry.spentAt > retrySeconds) return undefined;
    const text = answers.open(presented, retry.sealedAnswer);
    return text === undefined ? undefined : readAnswerText(text);
  }

  async function replayed(grant: GrantRecord): Promise<OAuthError> {
    await grants.revoke(grant.id, clock(), describeReuse('refresh_token_reused', grant));
    return refused('a spent refresh token came back; its family has ended');
  }

  return {
    type: 'refresh_token',
    async redeem({ client, binding, parameters, noteUser }) {
      const token = parameters.refresh_token;
      if (token === undefined) throw new OAuthError('invalid_request', "'refresh_token' is missing");
      const name = refreshTokenName(token);
      const found = await grants.findRefreshToken(name);
      // RFC 6749 §6: bound to the client it was issued to; another's attempt must not end the family.
      if (found === undefined || found.grant.clientId !== client.id) throw refused();
      const { token: state, grant, account } = found;
      noteUser(account.id);
      if (grant.revokedAt !== null) throw refused('its grant has ended');
      // RFC 9449 §5, RFC 8705 §7.1: as with client authentication, a request without the key ends nothing.
      if (!satisfies(state.binding, binding)) throw refused('it is bound to another key');
      const repetition = state.state === 'spent' ? answerOf(token, state) : undefined;
      // RFC 9700 §4.14.2: before anything else about the request is judged, since a replay is a theft all the same.
      if (state.state === 'spent' && repetition === undefined) throw await replayed(grant);
      if (account.disabledAt !== null) throw refused('its account is disabled');
      const named = namedScopes(parameters, grant);
      const access = await tokenAccess(dependencies, parameters, { client, grant, named });
      const asked = askedBy(parameters);
      if (repetition !== undefined) return { kind: 'repetition', body: bodyFor(asked, repetition) };
      if (state.state === 'current' && state.expiresAt <= clock()) {
        throw refused('the refresh token has expired');
      }
      // A public client cannot prove that it is the one whom the token was given (RFC 9700 §4.14.2).
      const rotates =
        client.authenticationMethod === 'none' || client.metadata.refresh_token_rotation !== false;
      return {
        kind: 'redemption',
        subject: { kind: 'user', client, grant, account, ...access },
        // OpenID Connect Core 1.0 §12.2: the nonce should not be in an ID token from a refresh.
        wants: wantsFor(client, access.scopes, null, rotates ? { family: familyOf(token) } : undefined),
        async commit({ accessToken, refreshToken }, body) {
          const now = clock();
          if (refreshToken === null) {
            const end = refreshTokenEnd(grant, now, lifetimes);
            const tokens = { grantId: grant.id, accessToken };
            if ((await grants.keepRefreshToken(name, tokens, end, now)) === 'kept') return body;
            throw refused('its grant ended meanwhile');
          }
          const successor = { grantId: grant.id, accessToken, refreshToken };
          const sealed = answers.seal(token, answerText({ asked, body }));
          const outcome = await grants.rotateRefreshToken(name, successor, sealed, now);
          if (outcome.outcome === 'rotated') return body;
          if (outcome.outcome === 'missing') throw refused('its grant ended meanwhile');
          if (!satisfies(outcome.token.binding, binding))
            throw refused('it was bound to another key meanwhile');
          const first = answerOf(token, outcome.token);
          if (first === undefined) throw await replayed(grant);
          return bodyFor(asked, first);
        },
      };
    },
  };
}

/** A request for another scope or resource is no retry: it gets no tokens that were issued for something else. */
function bodyFor(asked: string, first: RefreshAnswer): string {
  if (first.asked === undefined || first.asked === asked) return first.body;
  throw new OAuthError(
    'invalid_grant',
    "'refresh_token' was used by a request with another 'scope' or 'resource'; repeat that request as sent, or use the refresh token that it got",
  );
}

/** RFC 6749 §6: what the request asks for may be less than was granted, never more. */
function namedScopes(parameters: Parameters, grant: GrantRecord): readonly string[] {
  const named = parseScope(parameters.scope);
  if (named.every((name) => grant.scopes.includes(name))) return named;
  throw new OAuthError('invalid_scope', "'scope' names a scope that the person did not grant");
}

function refused(internal?: string): OAuthError {
  return new OAuthError(
    'invalid_grant',
    "'refresh_token' is unknown, expired, already used, or was issued to another app",
    internal === undefined ? {} : { internal },
  );
}
