import { isIP } from 'node:net';

/** The server as passkeys know it (WebAuthn Level 3 §4). Both values come from the issuer, never from a request. */
export interface RelyingParty {
  /** The host of the issuer. */
  readonly id: string;
  /** The origin of its pages. */
  readonly origin: string;
}

/**
 * @returns undefined if browsers allow no passkeys there: they need a secure context, and a host that is a name
 *   (WebAuthn Level 3 §5.1.3)
 */
export function relyingPartyOf(issuer: string): RelyingParty | undefined {
  const { hostname, origin, protocol } = new URL(issuer);
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return undefined;
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost');
  return protocol === 'https:' || isLocal ? { id: hostname, origin } : undefined;
}
