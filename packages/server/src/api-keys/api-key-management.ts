import { changesBetween } from '../audit/changes.js';
import type { EventDetails } from '../audit/events.js';
import type { Clock } from '../crypto/clock.js';
import type { Random } from '../crypto/random.js';
import type { Principal } from '../principals/principal.js';
import type { ApiKeyRecord, ApiKeyStore, AuditEvent } from '../storage/ports/index.js';
import { representApiKey } from './api-key-representation.js';
import { type NewApiKey, type NewApiKeyFields, type NewApiKeyRefusal, newApiKey } from './new-api-key.js';

/** Expired keys count, too. */
export const KEYS_PER_USER = 50;

/** The caller that changes a key. */
export interface ApiKeyChanger {
  /** Creates the audit event of the change, with the caller as its actor. */
  readonly event: (details: Omit<EventDetails, 'actor' | 'via' | 'address'>) => AuditEvent;
  /** Called with the key before the change, in the same transaction. An exception leaves the key unchanged. */
  readonly inspect: (key: ApiKeyRecord) => void;
}

/** How the management API creates, renames and deletes keys. */
export interface ApiKeyManagement {
  /** The scopes that keys can have. */
  readonly scopes: readonly string[];
  create(
    principal: Principal,
    fields: NewApiKeyFields,
    by: Pick<ApiKeyChanger, 'event'>,
  ): Promise<NewApiKey | NewApiKeyRefusal | { readonly refused: 'accountFull' }>;
  rename(id: string, name: string, by: ApiKeyChanger): Promise<ApiKeyRecord | 'missing'>;
  delete(id: string, by: ApiKeyChanger): Promise<'deleted' | 'missing'>;
}

export function createApiKeyManagement(
  apiKeys: Pick<ApiKeyStore, 'create' | 'rename' | 'delete'>,
  clock: Clock,
  random: Random,
  scopes: readonly string[],
): ApiKeyManagement {
  return {
    scopes,
    async create(principal, fields, { event }) {
      const made = newApiKey(principal, fields, scopes, clock(), random);
      if ('refused' in made) return made;
      const outcome = await apiKeys.create(made.record, {
        mostPerAccount: KEYS_PER_USER,
        note: (key) => event({ ...eventOf('api_key.created', key), after: representApiKey(key) }),
      });
      return outcome === 'accountFull' ? { refused: 'accountFull' } : made;
    },
    rename(id, name, { event, inspect }) {
      let before: Record<string, unknown> = {};
      return apiKeys.rename(
        id,
        (key) => {
          inspect(key);
          before = representApiKey(key);
          return name;
        },
        (key) =>
          event({ ...eventOf('api_key.updated', key), ...changesBetween(before, representApiKey(key)) }),
      );
    },
    delete: (id, { event, inspect }) =>
      apiKeys.delete(id, (key) => {
        inspect(key);
        return event({ ...eventOf('api_key.deleted', key), before: representApiKey(key) });
      }),
  };
}

const eventOf = <Type extends `api_key.${string}`>(type: Type, key: ApiKeyRecord) => ({
  type,
  accountId: key.accountId,
  target: { type: 'api_key', id: key.id },
});
