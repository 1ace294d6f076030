import type { Clock } from '../crypto/clock.js';
import { type Random, randomId, randomSecret } from '../crypto/random.js';
import type { Sealer } from '../crypto/seal.js';

/** How long a user may take at the provider, in seconds. */
const STATE_SECONDS = 900;

/** What the user wants at the provider. */
export type ProviderPurpose =
  | {
      readonly kind: 'signIn' /** The sealed ticket of the authorization request. */;
      readonly ticket: string | undefined;
    }
  /** To add the identity to the account of this session. */
  | { readonly kind: 'link'; readonly sessionId: string };

/** A visit at a provider, between the redirect to it and the response. */
export interface ProviderVisit {
  readonly id: string;
  readonly provider: string;
  /** The browser that was sent there. */
  readonly browserId: string;
  readonly purpose: ProviderPurpose;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** When the user must have authenticated at the earliest, in seconds since the epoch; undefined for any time. */
  readonly notBefore: number | undefined;
  /** In seconds since the epoch. */
  readonly expiresAt: number;
}

/** The `state` of requests to providers: a sealed visit, so that a click on a button costs no row. */
export interface ProviderStates {
  begin(visit: Pick<ProviderVisit, 'provider' | 'browserId' | 'purpose' | 'notBefore'>): ProviderVisit;
  seal(visit: ProviderVisit): string;
  /** @returns undefined for text that this server did not seal, and after its time */
  open(text: string | null): ProviderVisit | undefined;
}

export function createProviderStates(sealer: Sealer, clock: Clock, random: Random): ProviderStates {
  return {
    begin: (visit) => ({
      ...visit,
      id: randomId(random),
      nonce: randomSecret(random),
      codeVerifier: randomSecret(random),
      expiresAt: clock() + STATE_SECONDS,
    }),
    seal: (visit) => sealer.seal(JSON.stringify(visit)),
    open(text) {
      const opened = text === null ? undefined : sealer.open(text);
      if (opened === undefined) return undefined;
      const visit = JSON.parse(opened) as ProviderVisit;
      return clock() < visit.expiresAt ? visit : undefined;
    },
  };
}
