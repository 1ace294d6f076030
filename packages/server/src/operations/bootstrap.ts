import { createAccount } from '../accounts/create-account.js';
import { storeConfiguredKey } from '../api-keys/configured-key.js';
import type { Config } from '../config/config.js';
import type { Clock } from '../crypto/clock.js';
import type { Store } from '../storage/ports/index.js';

/** Stores what the configuration contains: the first administrator, unless the account exists, and an API key. */
export async function bootstrap(
  store: Store,
  { adminEmail, adminPassword, apiKey }: Pick<Config, 'adminEmail' | 'adminPassword' | 'apiKey'>,
  clock: Clock,
): Promise<void> {
  if (adminEmail !== undefined && adminPassword !== undefined) {
    await createAccount(store.accounts, clock, {
      email: adminEmail,
      password: adminPassword,
      name: 'Administrator',
      isAdmin: true,
    });
  }
  await storeConfiguredKey(store.apiKeys, apiKey, clock);
}
