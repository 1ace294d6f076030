import { type AccountManagement, createAccountManagement } from '../accounts/account-management.js';
import { withoutFactorNotice } from '../accounts/factors/factor-notices.js';
import { createFactorReset, type ResetFactors } from '../accounts/factors/factor-reset.js';
import { hashPassword } from '../accounts/passwords.js';
import { type CreateEvent, createEventFactory } from '../audit/events.js';
import type { Config } from '../config/config.js';
import { systemClock } from '../crypto/clock.js';
import { systemRandom } from '../crypto/random.js';
import { openStore } from '../storage/open-store.js';
import type { AccountStore, ImportStore } from '../storage/ports/index.js';

/** The accounts of a deployment, whether or not its server runs. */
export interface OpenedAccounts extends AccountManagement {
  readonly accounts: Pick<AccountStore, 'find' | 'findByLogin' | 'importedSchemes' | 'list'>;
  readonly resetFactors: ResetFactors;
  readonly imports: ImportStore;
  readonly createEvent: CreateEvent;
  close(): Promise<void>;
}

/** @throws Error when the database cannot be opened */
export async function openAccounts({ databaseUrl }: Pick<Config, 'databaseUrl'>): Promise<OpenedAccounts> {
  const store = await openStore(databaseUrl);
  return {
    ...createAccountManagement(store.accounts, systemClock, hashPassword),
    accounts: store.accounts,
    resetFactors: createFactorReset(store.secondFactors, withoutFactorNotice),
    imports: store.imports,
    createEvent: createEventFactory(systemClock, systemRandom),
    close: () => store.close(),
  };
}
