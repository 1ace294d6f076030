import { addToRedirectUri } from '../protocol/index.js';
import type { EndedSession } from '../storage/ports/index.js';

/**
 * The front-channel logout URIs that the browser must load (Front-Channel Logout 1.0 §2, §3).
 *
 * @returns their addresses, with `iss` and `sid` if the client registered for them
 */
export function frontChannelUris(issuer: string, { session, clients }: EndedSession): readonly string[] {
  return clients.flatMap(({ metadata }) => {
    const uri = metadata.frontchannel_logout_uri;
    if (uri === undefined) return [];
    const wanted = metadata.frontchannel_logout_session_required === true;
    return [wanted ? addToRedirectUri(uri, { iss: issuer, sid: session.id }, 'query') : uri];
  });
}
