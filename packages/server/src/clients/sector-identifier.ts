import type { Outbound, OutboundCaller } from '../outbound/outbound.js';
import { ClientMetadataError } from '../protocol/index.js';

/**
 * Fetches the redirect URIs of a sector (OpenID Connect Registration 1.0 §5).
 *
 * @throws ClientMetadataError if there is no such document
 */
export type SectorReader = (uri: string) => Promise<readonly string[]>;

/** A client that is being registered has no ID yet: all registrations share the slots. */
const CALLER: OutboundCaller = { purpose: 'sector', clientId: undefined };

export function createSectorReader(outbound: Outbound): SectorReader {
  return async (uri) => {
    const response = await outbound.get(uri, 'application/json', CALLER).catch((cause: unknown) => {
      // Only the log has the reason, which may reveal the operator's network.
      throw refused('cannot be fetched', cause);
    });
    if (response.status !== 200) throw refused('does not respond with 200');
    const listed = parse(response.body);
    if (!Array.isArray(listed) || !listed.every((item) => typeof item === 'string')) {
      throw refused('is not a JSON array of URIs');
    }
    return listed;
  };
}

/**
 * OpenID Connect Registration 1.0 §5: all redirect URIs must be in the document, or registration fails. Otherwise any
 * client could join a sector and learn the subjects of its users.
 */
export function refuseUnlisted(redirectUris: readonly string[], listed: readonly string[]): void {
  if (!redirectUris.every((uri) => listed.includes(uri))) {
    throw refused('does not list every one of redirect_uris');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(message: string, cause?: unknown): ClientMetadataError {
  return new ClientMetadataError([{ field: 'sector_identifier_uri', message }], { cause });
}
