import type { AccountStore } from './accounts.port.js';
import type { ApiKeyStore } from './api-keys.port.js';
import type { AuditStore } from './audit.port.js';
import type { ClientLogoCopyStore } from './client-logo-copies.port.js';
import type { ClientLogoStore } from './client-logos.port.js';
import type { ClientTokenStore } from './client-tokens.port.js';
import type { ClientStore } from './clients.port.js';
import type { ConsentStore } from './consents.port.js';
import type { DeploymentStore } from './deployment.port.js';
import type { DynamicClientStore } from './dynamic-clients.port.js';
import type { GrantStore } from './grants.port.js';
import type { IdempotentRequestStore } from './idempotent-requests.port.js';
import type { InitialTokenStore } from './initial-tokens.port.js';
import type { SigningKeyStore } from './keys.port.js';
import type { LogoutDeliveryStore } from './logout-deliveries.port.js';
import type { RevokedTokenStore } from './revoked-tokens.port.js';
import type { ScopeStore } from './scopes.port.js';
import type { SealedSecretStore } from './sealed-secrets.port.js';
import type { SessionStore } from './sessions.port.js';
import type { SpentTicketStore } from './spent-tickets.port.js';
import type { UsedAssertionStore } from './used-assertions.port.js';

export type * from './accounts.port.js';
export type * from './api-keys.port.js';
export type * from './audit.port.js';
export type * from './client-logo-copies.port.js';
export type * from './client-logos.port.js';
export type * from './client-secrets.port.js';
export type * from './client-tokens.port.js';
export type * from './clients.port.js';
export type * from './consents.port.js';
export type * from './deployment.port.js';
export type * from './dynamic-clients.port.js';
export type * from './grant-list.port.js';
export type * from './grants.port.js';
export type * from './idempotent-requests.port.js';
export type * from './initial-tokens.port.js';
export type * from './keys.port.js';
export type * from './logout-deliveries.port.js';
export { OwnerGone } from './owner-gone.js';
export type * from './page.js';
export type * from './revoked-tokens.port.js';
export type * from './scopes.port.js';
export type * from './sealed-secrets.port.js';
export type * from './sessions.port.js';
export type * from './spent-tickets.port.js';
export { StorageUnavailable } from './storage-unavailable.js';

export type * from './used-assertions.port.js';

/** All of storage. Each verb is one unit: whole or not at all, on disk before it is answered. */
export interface Store {
  readonly accounts: AccountStore;
  readonly apiKeys: ApiKeyStore;
  readonly audit: AuditStore;
  readonly clientLogoCopies: ClientLogoCopyStore;
  readonly clientLogos: ClientLogoStore;
  readonly clients: ClientStore;
  readonly clientTokens: ClientTokenStore;
  readonly consents: ConsentStore;
  readonly deployment: DeploymentStore;
  readonly dynamicClients: DynamicClientStore;
  readonly grants: GrantStore;
  readonly idempotentRequests: IdempotentRequestStore;
  readonly initialTokens: InitialTokenStore;
  readonly keys: SigningKeyStore;
  readonly logoutDeliveries: LogoutDeliveryStore;
  readonly revokedTokens: RevokedTokenStore;
  readonly scopes: ScopeStore;
  readonly sealedSecrets: SealedSecretStore;
  readonly sessions: SessionStore;
  readonly spentTickets: SpentTicketStore;
  readonly usedAssertions: UsedAssertionStore;
  /** Writes and reads a row; throws when the database cannot. */
  checkHealth(now: number): Promise<void>;
  close(): Promise<void>;
}
