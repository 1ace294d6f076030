import { OAuthError } from '@grantor/protocol';
import { sha256 } from '../crypto/hash.js';
import type { Outbound } from '../outbound/outbound.js';

/**
 * Fetches a request object (OpenID Connect Core 1.0 §6.2). Only from where the client registered, so that
 * nobody can have Grantor call an address of their own choice (SSRF).
 *
 * @param registered the client's `request_uris`
 * @throws OAuthError `invalid_request_uri`
 */
export async function fetchRequestObject(
  outbound: Outbound,
  uri: string,
  registered: readonly string[],
): Promise<string> {
  const [address = '', ...rest] = uri.split('#');
  const hash = rest.length === 0 ? undefined : rest.join('#');
  // What is registered without a hash may be asked for with one, but not the other way round.
  if (!registered.includes(uri) && !registered.includes(address)) {
    throw invalid("is not registered for this app; it must equal one of its 'request_uris'");
  }
  let text: string;
  try {
    const { status, body } = await outbound.get(address, 'application/oauth-authz-req+jwt, application/jwt');
    if (status !== 200) throw new Error(`it answered ${status}`);
    text = body;
  } catch (cause) {
    // Why it did not come may tell about our network: that is for the log.
    throw invalid('could not be fetched', cause);
  }
  // §6.2: the fragment is the SHA-256 of what it leads to.
  if (hash !== undefined && hash !== sha256(text)) {
    throw invalid('leads to something else than the hash in its fragment says');
  }
  return text.trim();
}

function invalid(what: string, cause?: unknown): OAuthError {
  const internal = cause instanceof Error ? cause.message : what;
  return new OAuthError('invalid_request_uri', `'request_uri' ${what}`, { cause, internal });
}
