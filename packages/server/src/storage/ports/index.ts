import type { AccountStore } from './accounts.port.js';
import type { ApiKeyStore } from './api-keys.port.js';
import type { AuditStore } from './audit.port.js';
import type { ClientStore } from './clients.port.js';
import type { ConsentStore } from './consents.port.js';
import type { GrantStore } from './grants.port.js';
import type { SigningKeyStore } from './keys.port.js';
import type { SessionStore } from './sessions.port.js';

export type * from './accounts.port.js';
export type * from './api-keys.port.js';
export type * from './audit.port.js';
export type * from './clients.port.js';
export type * from './consents.port.js';
export type * from './grants.port.js';
export type * from './keys.port.js';
export type * from './sessions.port.js';

/** All of storage. Each verb is one unit: whole or not at all, on disk before it is answered. */
export interface Store {
  readonly accounts: AccountStore;
  readonly apiKeys: ApiKeyStore;
  readonly audit: AuditStore;
  readonly clients: ClientStore;
  readonly consents: ConsentStore;
  readonly grants: GrantStore;
  readonly keys: SigningKeyStore;
  readonly sessions: SessionStore;
  /** Writes and reads a row; throws when the database cannot. */
  checkHealth(now: number): Promise<void>;
  close(): Promise<void>;
}
