import { noteOf } from '../api/registration-tokens.api.js';
import { createEventFactory, operator } from '../audit/events.js';
import type { Config } from '../config/config.js';
import { systemClock } from '../crypto/clock.js';
import { systemRandom } from '../crypto/random.js';
import { createInitialToken, type NewInitialToken } from '../dynamic-registration/initial-token.js';
import { openStore } from '../storage/open-store.js';
import type { InitialTokenRecord } from '../storage/ports/index.js';

/** The initial access tokens of a deployment, whether or not its server runs. */
export interface RegistrationTokens {
  /** @returns the token, which is shown only once, and its record */
  create(token: NewInitialToken): Promise<{ readonly token: string; readonly record: InitialTokenRecord }>;
  list(): Promise<readonly InitialTokenRecord[]>;
  delete(id: string): Promise<'deleted' | 'missing'>;
  close(): Promise<void>;
}

/** @throws Error when the database cannot be opened */
export async function openRegistrationTokens({
  databaseUrl,
}: Pick<Config, 'databaseUrl'>): Promise<RegistrationTokens> {
  const store = await openStore(databaseUrl);
  const createEvent = createEventFactory(systemClock, systemRandom);
  const event: typeof createEvent = (details) => createEvent({ ...details, ...operator });
  return {
    create: (token) =>
      createInitialToken(store.initialTokens, systemClock, systemRandom, token, noteOf(event, 'created')),
    list: () => store.initialTokens.list(),
    delete: (id) => store.initialTokens.delete(id, noteOf(event, 'deleted')),
    close: () => store.close(),
  };
}
