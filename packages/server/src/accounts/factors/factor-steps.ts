import type { Clock } from '../../crypto/clock.js';
import { equalInConstantTime, sha256 } from '../../crypto/hash.js';
import { type Random, randomId } from '../../crypto/random.js';
import type { Sealer } from '../../crypto/seal.js';
import type {
  AccountRecord,
  AccountStore,
  Authentication,
  ProviderSession,
  SpentTicketStore,
} from '../../storage/ports/index.js';
import type { AuthenticatedUser, Session } from '../sign-in.js';

/** How long a user may take for the second factor, in seconds. */
export const STEP_SECONDS = 600;

/** The browser that took the first step. */
export interface StepBrowser {
  readonly id: string;
  is(id: string): boolean;
}

/**
 * A sign-in after its first factor. It is sealed in the address and the form of the next page, and gives no access: only
 * the browser that proved the first factor can continue with it, once.
 */
interface SealedStep {
  readonly id: string;
  readonly accountId: string;
  /** Hash of the account's password, so that a new password ends the sign-in. */
  readonly credentials: string;
  readonly authentication: Authentication;
  readonly method: string;
  readonly providerSession: ProviderSession | undefined;
  readonly sessionSeconds: number | undefined;
  readonly browserId: string;
  readonly expiresAt: number;
  /** The session that the user adds a factor to; undefined in a sign-in. */
  readonly sessionId: string | undefined;
  /** The contexts of which the user must reach one; empty for any. */
  readonly accepted: readonly string[];
}

/** An opened step with its user. */
export interface FactorStep extends Pick<SealedStep, 'id' | 'sessionId' | 'accepted' | 'expiresAt'> {
  readonly user: AuthenticatedUser;
}

export interface FactorSteps {
  /** A step of a user who has proved one factor. */
  begin(user: AuthenticatedUser, browser: StepBrowser): string;
  /** A step of a signed-in user who must prove another factor. */
  stepUp(session: Session, browser: StepBrowser, accepted: readonly string[]): string;
  /** @returns why the step cannot be continued; `expired` also where the account has changed */
  open(text: string | null, browser: StepBrowser): Promise<FactorStep | 'unknown' | 'elsewhere' | 'expired'>;
  /** Ends the step: of several simultaneous attempts, one succeeds. */
  spend(step: Pick<FactorStep, 'id' | 'expiresAt'>): Promise<'spent' | 'alreadySpent'>;
}

export interface FactorStepsDependencies {
  readonly sealer: Sealer;
  readonly accounts: Pick<AccountStore, 'find'>;
  readonly spent: Pick<SpentTicketStore, 'isSpent' | 'spend'>;
  readonly clock: Clock;
  readonly random: Random;
}

export function createFactorSteps({
  sealer,
  accounts,
  spent,
  clock,
  random,
}: FactorStepsDependencies): FactorSteps {
  const seal = (
    { account, authentication, method, providerSession, sessionSeconds }: AuthenticatedUser,
    browser: StepBrowser,
    more: Pick<SealedStep, 'sessionId' | 'accepted'>,
  ) => {
    const step: SealedStep = {
      id: `step ${randomId(random)}`,
      accountId: account.id,
      credentials: credentialsOf(account),
      authentication,
      method,
      providerSession,
      sessionSeconds,
      browserId: browser.id,
      expiresAt: clock() + STEP_SECONDS,
      ...more,
    };
    return sealer.seal(JSON.stringify(step));
  };
  return {
    begin: (user, browser) => seal(user, browser, { sessionId: undefined, accepted: [] }),
    stepUp: ({ account, record }, browser, accepted) => {
      const { authTime, acr, amr, id: sessionId } = record;
      // Another factor alone does not make the session last longer.
      const sessionSeconds = record.endsAt - clock();
      const user = { account, authentication: { authTime, acr, amr }, method: 'session', sessionSeconds };
      return seal(user, browser, { sessionId, accepted });
    },
    async open(text, browser) {
      const opened = text === null ? undefined : sealer.open(text);
      if (opened === undefined) return 'unknown';
      const step = JSON.parse(opened) as SealedStep;
      if (!browser.is(step.browserId)) return 'elsewhere';
      if (clock() >= step.expiresAt || (await spent.isSpent(step.id))) return 'expired';
      const account = await accounts.find(step.accountId);
      if (account === undefined || account.disabledAt !== null) return 'expired';
      if (!equalInConstantTime(credentialsOf(account), step.credentials)) return 'expired';
      const { id, sessionId, accepted, expiresAt, authentication, method, ...rest } = step;
      const { providerSession, sessionSeconds } = rest;
      const user = { account, authentication, method, providerSession, sessionSeconds };
      return { id, sessionId, accepted, expiresAt, user };
    },
    spend: ({ id, expiresAt }) => spent.spend({ id, expiresAt }),
  };
}

function credentialsOf({ passwordHash }: AccountRecord): string {
  return sha256(passwordHash ?? '');
}
