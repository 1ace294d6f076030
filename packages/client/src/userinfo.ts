import { errorOf } from './error-response.js';
import { ClientError } from './errors.js';
import { send } from './http.js';
import { endpoint, type ServerMetadata } from './metadata.js';
import type { Settings } from './settings.js';
import type { TokenSet } from './tokens.js';

/** What the server tells about the user (OIDC Core §5.1). */
export interface UserInfo {
  sub: string;
  [claim: string]: unknown;
}

/**
 * Fetches the claims about the user.
 * @throws OAuthResponseError, for one `invalid_token`; ClientError `userinfo_subject_mismatch`
 */
export async function fetchUserInfo(
  settings: Settings,
  metadata: ServerMetadata,
  tokens: TokenSet,
): Promise<UserInfo> {
  const answer = await send(settings, 'userinfo endpoint', endpoint(metadata, 'userinfo_endpoint'), {
    headers: { accept: 'application/json', authorization: `Bearer ${tokens.accessToken}` },
  });
  if (answer.status !== 200) throw errorOf('userinfo endpoint', answer, [tokens.accessToken]);
  const sub = answer.json?.sub;
  if (typeof sub !== 'string' || sub === '') {
    throw new ClientError(
      'invalid_response',
      'The answer of the userinfo endpoint is not JSON with a "sub".',
    );
  }
  // OIDC Core §5.3.2: must be the user of the ID token, or an access token was swapped.
  if (tokens.claims !== undefined && tokens.claims.sub !== sub) {
    throw new ClientError(
      'userinfo_subject_mismatch',
      'The userinfo endpoint tells about another user than the ID token. Use neither; connect the user again.',
    );
  }
  return { ...answer.json, sub };
}
