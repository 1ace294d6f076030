import type { Sealer } from '../crypto/seal.js';
import type { ProviderSession } from '../storage/ports/index.js';

/**
 * The longest ID token that is kept, in characters. It is part of addresses: while the user is asked for a second factor,
 * and when the user signs out at the provider. Without it, the provider asks the user before it signs them out.
 */
const MAX_ID_TOKEN = 3072;

/** A user who has authenticated at a provider. */
export interface UserOfProvider {
  readonly subject: string;
  /** Undefined for a provider without sessions. */
  readonly session: { readonly sid: string | undefined; readonly idToken: string } | undefined;
}

/** Sessions at providers, as the sessions that came from them keep them. */
export interface ProviderSessions {
  /** @returns undefined for a provider without sessions */
  of(provider: string, user: UserOfProvider): ProviderSession | undefined;
  /** The ID token of the session; undefined if it was not kept. */
  idTokenOf(session: ProviderSession): string | undefined;
}

/** @param sealer an ID token has personal data, and is encrypted in the database */
export function createProviderSessions(sealer: Pick<Sealer, 'seal' | 'open'>): ProviderSessions {
  return {
    of(provider, { subject, session }) {
      if (session === undefined) return undefined;
      const { sid = null, idToken } = session;
      const sealedIdToken = idToken.length > MAX_ID_TOKEN ? null : sealer.seal(idToken);
      return { provider, subject, sid, sealedIdToken };
    },
    idTokenOf: ({ sealedIdToken }) => (sealedIdToken === null ? undefined : sealer.open(sealedIdToken)),
  };
}
