import type { Binding, NewTokens } from '../storage/ports/index.js';
import { issueAccessToken } from './access-token.js';
import { refreshTokenBindingOf } from './binding.js';
import type { IssuanceDependencies } from './dependencies.js';
import { issueIdToken } from './id-token.js';
import { issueRefreshToken } from './refresh-token.js';
import type { Subject } from './subject.js';
import { type TokenResponse, tokenResponse } from './token-response.js';
import type { Wants } from './wants.js';

/** Signed tokens that are not sent yet: storage must take the records first. */
export interface IssuedTokens {
  readonly response: TokenResponse;
  readonly records: NewTokens;
}

/**
 * Issues the tokens of one response. Every token that a client receives comes from here, whatever the grant or response
 * type.
 *
 * @param subject who the tokens are for, and what they allow
 * @param wants which tokens. A client that acts for itself gets an access token only (RFC 6749 §4.4.3)
 * @param binding what the sender of the tokens must prove to have
 * @throws OAuthError if the user does not exist any more, or the ID token must be encrypted and cannot be
 */
export async function issue(
  dependencies: IssuanceDependencies,
  subject: Subject,
  wants: Wants,
  binding: Binding,
): Promise<IssuedTokens> {
  const seconds = wants.accessTokenSeconds ?? dependencies.lifetimes.accessTokenSeconds;
  const access = wants.accessToken
    ? await issueAccessToken(dependencies, subject, seconds, binding)
    : undefined;
  const accessToken = access?.token;
  const refresh =
    subject.kind === 'user' && wants.refreshToken !== undefined && mayRefresh(dependencies, subject)
      ? issueRefreshToken(
          dependencies,
          subject.grant,
          wants.refreshToken,
          refreshTokenBindingOf(subject.client, binding),
        )
      : undefined;
  const idToken =
    subject.kind === 'user' && wants.idToken !== undefined
      ? await issueIdToken(
          dependencies,
          { ...subject, account: await dependencies.currentClaims(subject.account) },
          wants.idToken,
          accessToken,
        )
      : undefined;
  const tokens = { accessToken, seconds, refreshToken: refresh?.token, idToken };
  return {
    response: tokenResponse(subject, tokens, binding),
    records: { accessToken: access?.record ?? null, refreshToken: refresh?.record ?? null },
  };
}

function mayRefresh({ refreshTokens }: IssuanceDependencies, { client }: Subject): boolean {
  return refreshTokens && client.grantTypes.includes('refresh_token');
}
