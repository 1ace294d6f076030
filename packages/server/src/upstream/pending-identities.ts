import { readExternalClaims } from '../accounts/external-claims.js';
import type { UnlinkedIdentity } from '../accounts/external-identity.js';
import type { Clock } from '../crypto/clock.js';
import type { Sealer } from '../crypto/seal.js';

/** How long a user may take to decide, in seconds. */
export const PENDING_SECONDS = 900;

interface Pending extends UnlinkedIdentity {
  readonly sessionId: string;
  readonly expiresAt: number;
}

/** Identities that users have proved at a provider and not added to their account yet, sealed in a form. */
export interface PendingIdentities {
  seal(
    sessionId: string,
    provider: string,
    subject: string,
    claims: Readonly<Record<string, unknown>>,
  ): { readonly sealed: string; readonly label: string | null };
  /** @returns undefined for text of another session, after its time, or that this server did not seal */
  open(sealed: string | null, sessionId: string): UnlinkedIdentity | undefined;
}

export function createPendingIdentities(sealer: Sealer, clock: Clock): PendingIdentities {
  return {
    seal(sessionId, provider, subject, claims) {
      const label = readExternalClaims(claims, { email: 'none', username: false }).label ?? null;
      const pending: Pending = { provider, subject, label, sessionId, expiresAt: clock() + PENDING_SECONDS };
      return { sealed: sealer.seal(JSON.stringify(pending)), label };
    },
    open(sealed, sessionId) {
      const text = sealed === null ? undefined : sealer.open(sealed);
      if (text === undefined) return undefined;
      const { provider, subject, label, ...pending } = JSON.parse(text) as Pending;
      const isOpen = pending.sessionId === sessionId && clock() < pending.expiresAt;
      return isOpen ? { provider, subject, label } : undefined;
    },
  };
}
