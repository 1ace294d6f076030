import { type CreateEvent, userActor } from '../../audit/events.js';
import type { Random } from '../../crypto/random.js';
import type { AccountMails, AccountRecord, SecondFactorStore } from '../../storage/ports/index.js';
import { newRecoveryCodes, recoveryCodeHash } from './recovery-codes.js';

/**
 * Gives a user new recovery codes. Earlier ones stop working.
 *
 * @param mails about it, in the same unit
 * @returns the codes, which are shown once
 */
export type ReplaceRecoveryCodes = (
  account: AccountRecord,
  by: { readonly via: string; readonly address: string },
  mails?: AccountMails,
) => Promise<readonly string[]>;

export function createReplaceRecoveryCodes(
  factors: Pick<SecondFactorStore, 'replaceRecoveryCodes'>,
  createEvent: CreateEvent,
  random: Random,
): ReplaceRecoveryCodes {
  return async (account, by, mails) => {
    const codes = newRecoveryCodes(random);
    const note = () =>
      createEvent({
        type: 'recovery_codes.replaced',
        actor: userActor(account),
        ...by,
        target: { type: 'account', id: account.id },
        accountId: account.id,
      });
    await factors.replaceRecoveryCodes(account.id, codes.map(recoveryCodeHash), note, mails);
    return codes;
  };
}
