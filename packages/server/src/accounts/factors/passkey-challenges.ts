import type { Clock } from '../../crypto/clock.js';
import { type Random, randomId, randomSecret } from '../../crypto/random.js';
import type { Sealer } from '../../crypto/seal.js';
import type { SpentTicketStore } from '../../storage/ports/index.js';
import type { StepBrowser } from './factor-steps.js';

/** How long a page with a challenge can be used, in seconds: as long as a sign-in page. */
const CHALLENGE_SECONDS = 3600;

/** What a challenge is for. One of another purpose or account is refused. */
export type ChallengePurpose = 'signIn' | `secondFactor ${string}` | `creation ${string}`;

interface SealedChallenge {
  readonly id: string;
  readonly challenge: string;
  readonly purpose: ChallengePurpose;
  readonly browserId: string;
  readonly expiresAt: number;
}

/** A challenge for the options of a page, and sealed for its form. */
export interface NewChallenge {
  /** Random bytes in base64url. */
  readonly challenge: string;
  readonly sealed: string;
}

/** Challenges of passkeys (WebAuthn Level 3 §13.4.3). They are sealed in the form, so that a page costs no row. */
export interface PasskeyChallenges {
  begin(purpose: ChallengePurpose, browser: StepBrowser): NewChallenge;
  /** @returns undefined if it is unknown or expired, or of another purpose or browser */
  open(
    sealed: string,
    purpose: ChallengePurpose,
    browser: StepBrowser,
  ): Pick<SealedChallenge, 'id' | 'challenge' | 'expiresAt'> | undefined;
  /** Ends a challenge once a signature of it is valid: of several simultaneous uses, one counts. */
  spend(challenge: Pick<SealedChallenge, 'id' | 'expiresAt'>): Promise<boolean>;
}

export interface PasskeyChallengesDependencies {
  readonly sealer: Sealer;
  readonly spent: Pick<SpentTicketStore, 'spend'>;
  readonly clock: Clock;
  readonly random: Random;
}

export function createPasskeyChallenges({
  sealer,
  spent,
  clock,
  random,
}: PasskeyChallengesDependencies): PasskeyChallenges {
  return {
    begin(purpose, browser) {
      const challenge = randomSecret(random);
      const content: SealedChallenge = {
        id: `challenge ${randomId(random)}`,
        challenge,
        purpose,
        browserId: browser.id,
        expiresAt: clock() + CHALLENGE_SECONDS,
      };
      return { challenge, sealed: sealer.seal(JSON.stringify(content)) };
    },
    open(sealed, purpose, browser) {
      const opened = sealer.open(sealed);
      if (opened === undefined) return undefined;
      const content = JSON.parse(opened) as SealedChallenge;
      const isValid =
        content.purpose === purpose && browser.is(content.browserId) && clock() < content.expiresAt;
      return isValid ? content : undefined;
    },
    spend: async ({ id, expiresAt }) => (await spent.spend({ id, expiresAt })) === 'spent',
  };
}
