import { ClientError } from './errors.js';
import { send } from './http.js';
import { endpoint, type ServerMetadata } from './metadata.js';
import type { Settings } from './options.js';
import { responseError } from './response-error.js';
import type { TokenSet } from './tokens.js';

/** The claims about the user (OpenID Connect Core 1.0 §5.1). */
export interface UserInfo {
  sub: string;
  [claim: string]: unknown;
}

/**
 * Fetches the claims about the user.
 *
 * @throws OAuthResponseError, such as `invalid_token`; ClientError `userinfo_subject_mismatch` and others
 */
export async function fetchUserInfo(
  settings: Settings,
  metadata: ServerMetadata,
  { accessToken, claims }: TokenSet,
): Promise<UserInfo> {
  const target = 'userinfo endpoint';
  const response = await send(settings, target, endpoint(metadata, 'userinfo_endpoint'), {
    headers: { accept: 'application/json', authorization: `Bearer ${accessToken}` },
  });
  if (response.status !== 200) throw responseError(target, response, [accessToken]);
  const sub = response.json?.sub;
  if (typeof sub !== 'string' || sub === '') {
    throw new ClientError('invalid_response', `The response of the ${target} is not JSON with a "sub".`);
  }
  // OpenID Connect Core 1.0 §5.3.2: another user means that an access token was swapped.
  if (claims !== undefined && claims.sub !== sub) {
    throw new ClientError(
      'userinfo_subject_mismatch',
      `The ${target} names another user than the ID token. Use neither, and connect the user again.`,
    );
  }
  return { ...response.json, sub };
}
