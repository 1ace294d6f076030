import { createAccount } from '../accounts/create-account.js';
import type { Config } from '../config/config.js';
import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { Store } from '../storage/ports/index.js';

/** The ID of the key in the configuration: at each start it is what is configured now, and nothing older. */
export const CONFIGURED_KEY = 'configured';

/** What the configuration brings with it: a first administrator, unless there is one, and an API key. */
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
  if (apiKey === undefined) {
    await store.apiKeys.delete(CONFIGURED_KEY);
  } else {
    await store.apiKeys.put({
      id: CONFIGURED_KEY,
      name: 'From the configuration',
      hash: sha256(apiKey),
      prefix: apiKey.slice(0, 4),
      accountId: null,
      scopes: null,
      createdAt: clock(),
      expiresAt: null,
      lastUsedAt: null,
    });
  }
}
