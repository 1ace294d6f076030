import { type CreateEvent, userActor } from '../../audit/events.js';
import type { Clock } from '../../crypto/clock.js';
import type { Random } from '../../crypto/random.js';
import type { Sealer } from '../../crypto/seal.js';
import type { AccountRecord, SecondFactorStore } from '../../storage/ports/index.js';
import type { WithFactorNotice } from './factor-notices.js';
import { newRecoveryCodes, recoveryCodeHash } from './recovery-codes.js';
import { base32, matchingStep, TOTP_KEY_BYTES, totpAddress } from './totp.js';

/** How long a user may take to add the key to the app and to type a code, in seconds. */
const SETUP_SECONDS = 1800;

/** A new key, before a code confirms it. */
export interface TotpSetup {
  /** The key for the user to type, in base32. */
  readonly key: string;
  /** The key as an address, for a QR code. */
  readonly address: string;
  /** The key for the form, encrypted. It has no row until it is confirmed. */
  readonly sealed: string;
}

export type TotpConfirmation =
  | { readonly outcome: 'added'; readonly recoveryCodes: readonly string[] }
  /** The code is wrong; the user can try again with the same key. */
  | { readonly outcome: 'wrongCode'; readonly setup: TotpSetup }
  /** The key is unknown or has expired, or the account has another one. */
  | { readonly outcome: 'refused' };

/** How the key of an authenticator app is added to an account. */
export interface TotpEnrolment {
  begin(account: AccountRecord): TotpSetup;
  /** Adds the key if the code shows that the app has it. The user gets new recovery codes, which are shown once. */
  confirm(
    account: AccountRecord,
    sealed: string,
    code: string,
    by: { readonly address: string; readonly via: string },
  ): Promise<TotpConfirmation>;
}

export interface TotpEnrolmentDependencies {
  readonly factors: Pick<SecondFactorStore, 'addTotp'>;
  /** Seals the keys in the database. */
  readonly sealer: Pick<Sealer, 'seal'>;
  /** Seals a key in the form. */
  readonly setupSealer: Pick<Sealer, 'seal' | 'open'>;
  /** The name of the deployment, as the app shows it. */
  readonly service: string;
  readonly createEvent: CreateEvent;
  readonly withFactorNotice: WithFactorNotice;
  readonly clock: Clock;
  readonly random: Random;
}

export function createTotpEnrolment(dependencies: TotpEnrolmentDependencies): TotpEnrolment {
  const { factors, sealer, setupSealer, service, createEvent, withFactorNotice, clock, random } =
    dependencies;

  const setupOf = (account: AccountRecord, key: Buffer, sealed: string): TotpSetup => ({
    key: base32(key),
    address: totpAddress(key, service, account.email ?? account.username),
    sealed,
  });

  /** @returns undefined if it is unknown, expired or of another account */
  function keyIn(sealed: string, account: AccountRecord): Buffer | undefined {
    const opened = setupSealer.open(sealed);
    if (opened === undefined) return undefined;
    const { key, accountId, expiresAt } = JSON.parse(opened) as Record<'key' | 'accountId', string> & {
      readonly expiresAt: number;
    };
    return accountId === account.id && clock() < expiresAt ? Buffer.from(key, 'base64url') : undefined;
  }

  return {
    begin(account) {
      const key = random(TOTP_KEY_BYTES);
      const content = {
        key: key.toString('base64url'),
        accountId: account.id,
        expiresAt: clock() + SETUP_SECONDS,
      };
      return setupOf(account, key, setupSealer.seal(JSON.stringify(content)));
    },
    async confirm(account, sealed, code, { address, via }) {
      const key = keyIn(sealed, account);
      if (key === undefined) return { outcome: 'refused' };
      const step = matchingStep(key, code, clock());
      if (step === undefined) return { outcome: 'wrongCode', setup: setupOf(account, key, sealed) };
      const recoveryCodes = newRecoveryCodes(random);
      const totp = {
        accountId: account.id,
        sealedKey: sealer.seal(key.toString('base64url')),
        lastStep: step,
        createdAt: clock(),
      };
      const note = () =>
        createEvent({
          type: 'totp.added',
          actor: userActor(account),
          via,
          address,
          target: { type: 'account', id: account.id },
          accountId: account.id,
        });
      const outcome = await withFactorNotice('totpAdded', account, (mails) =>
        factors.addTotp(totp, recoveryCodes.map(recoveryCodeHash), note, mails),
      );
      return outcome === 'added' ? { outcome, recoveryCodes } : { outcome: 'refused' };
    },
  };
}
