import { allows } from '../clients/compatibility.js';
import { isClaimedHttpsUri } from '../protocol/index.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { provesRecipient } from './destination.js';

/**
 * Whether consent to this client is never remembered: another program on the same device can use the client ID of a
 * native app and receive what is sent to its loopback or private-use URI (RFC 8252 §8.6). A client is native where it can
 * act without a secret and has such a URI, or registered as native. A claimed https URI proves who receives the response,
 * so that an operator can exempt requests with one. A client secret does not protect a token that is sent
 * to the redirect URI itself: an access token or an ID token, which names the user, is never sent silently to such a URI.
 */
export function isAlwaysAsked({
  client,
  destination,
  responseParts: { accessToken, idToken },
}: Pick<AuthorizationRequest, 'client' | 'destination' | 'responseParts'>): boolean {
  const { application_type: type, allow_pkce: withoutSecret } = client.metadata;
  if (client.authenticationMethod !== 'none' && withoutSecret !== true) {
    return (accessToken || idToken) && !provesRecipient(destination);
  }
  if (type !== 'native' && client.redirectUris.every(isClaimedHttpsUri)) return false;
  return !(provesRecipient(destination) && allows(client, 'allow_remembered_consent_at_https'));
}
