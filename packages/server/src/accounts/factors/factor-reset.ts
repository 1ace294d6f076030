import type { RemovedFactors, SecondFactorStore } from '../../storage/ports/index.js';
import type { AccountChanger } from '../account-management.js';
import type { WithFactorNotice } from './factor-notices.js';

/**
 * Removes every factor of a user besides the password, and the remembered devices: for users who have lost their device.
 * Sessions stay. Where a second factor is required, the user sets one up at the next sign-in.
 */
export type ResetFactors = (id: string, by: AccountChanger) => Promise<RemovedFactors | 'missing'>;

export function createFactorReset(
  factors: Pick<SecondFactorStore, 'reset'>,
  withFactorNotice: WithFactorNotice,
): ResetFactors {
  return (id, { event, inspect }) => {
    const note = (removed: RemovedFactors) => {
      inspect?.(removed.account);
      return event({
        type: 'account.factors_reset',
        target: { type: 'account', id },
        after: representRemoved(removed),
        accountId: id,
      });
    };
    return withFactorNotice('factorsReset', { id }, (mails) => factors.reset(id, note, mails));
  };
}

/** What a reset removed, as the management API and the command line show it. */
export function representRemoved({ hasTotp, passkeys, recoveryCodes }: RemovedFactors) {
  return { authenticator_app: hasTotp, passkeys, recovery_codes: recoveryCodes };
}
