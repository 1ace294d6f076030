import { formatScope } from '../protocol/index.js';
import type { ClientTokenRecord } from '../storage/ports/index.js';
import { type ClientSubject, issueClientAccessToken } from './access-token.js';
import type { IssuanceDependencies } from './dependencies.js';

/** A token of a client's own that it has not been given yet: storage must take the record first. */
export interface IssuedClientToken {
  /** The JSON of the token response (RFC 6749 §4.4.3). */
  readonly body: string;
  /** What storage must keep of it; null for a JWT, which speaks for itself. */
  readonly record: ClientTokenRecord | null;
}

/** The answer to a client that asks for itself: an access token alone (RFC 6749 §4.4.3). */
export async function issueClientToken(
  dependencies: IssuanceDependencies,
  subject: ClientSubject,
): Promise<IssuedClientToken> {
  const { token, record } = await issueClientAccessToken(dependencies, subject);
  return {
    body: JSON.stringify({
      access_token: token,
      token_type: 'Bearer',
      expires_in: dependencies.lifetimes.accessTokenSeconds,
      // An empty scope is none that the grammar knows (RFC 6749 §3.3).
      scope: subject.scopes.length === 0 ? undefined : formatScope(subject.scopes),
    }),
    record,
  };
}
