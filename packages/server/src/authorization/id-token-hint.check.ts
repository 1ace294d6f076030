import { OAuthError } from '../protocol/index.js';
import type { AuthorizationRequest, UncheckedRequest } from './authorization-request.js';
import type { CheckContext } from './check-table.js';

/**
 * `id_token_hint` (OpenID Connect Core 1.0 §3.1.2.1): the response may be about the user that it names only. If a hint
 * and a `claims` parameter name different users, no user matches.
 *
 * @throws OAuthError `invalid_request` where it is not an ID token of this server for this client
 */
export async function checkIdTokenHint(
  { client, parameters, subjects }: UncheckedRequest & Pick<AuthorizationRequest, 'subjects'>,
  { readIdTokenHint }: CheckContext,
): Promise<Pick<AuthorizationRequest, 'subjects'>> {
  const { id_token_hint: hint } = parameters;
  if (hint === undefined) return { subjects };
  const found = await readIdTokenHint(hint);
  if (found?.clientId === client.id) {
    return { subjects: subjects?.includes(found.sub) === false ? [] : [found.sub] };
  }
  throw new OAuthError(
    'invalid_request',
    "'id_token_hint' is not an ID token that this server issued to this app",
  );
}
