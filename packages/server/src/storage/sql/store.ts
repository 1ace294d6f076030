import type { Store } from '../ports/index.js';
import { sqlAccountLinks } from './account-links.sql.js';
import { sqlAccounts } from './accounts.sql.js';
import { sqlApiKeys } from './api-keys.sql.js';
import { sqlAudit } from './audit.sql.js';
import { sqlClientLogoCopies } from './client-logo-copies.sql.js';
import { sqlClientLogos } from './client-logos.sql.js';
import { sqlClientTokens } from './client-tokens.sql.js';
import { sqlClients } from './clients.sql.js';
import { sqlConsents } from './consents.sql.js';
import type { Database } from './database.js';
import { sqlDeployment } from './deployment.sql.js';
import { sqlDynamicClients } from './dynamic-clients.sql.js';
import { sqlExternalIdentities } from './external-identities.sql.js';
import { sqlGrants } from './grants.sql.js';
import { sqlGroups } from './groups.sql.js';
import { checkHealth } from './health.sql.js';
import { sqlIdempotentRequests } from './idempotent-requests.sql.js';
import { sqlImports } from './imports.sql.js';
import { sqlInitialTokens } from './initial-tokens.sql.js';
import { sqlSigningKeys } from './keys.sql.js';
import { sqlLogoutDeliveries } from './logout-deliveries.sql.js';
import { sqlMails } from './mails.sql.js';
import { sqlPasskeys } from './passkeys.sql.js';
import { sqlRateLimits } from './rate-limits.sql.js';
import { sqlRememberedDevices } from './remembered-devices.sql.js';
import { sqlRevokedTokens } from './revoked-tokens.sql.js';
import { sqlScopes } from './scopes.sql.js';
import { sqlSealedSecrets } from './sealed-secrets.sql.js';
import { sqlSecondFactors } from './second-factors.sql.js';
import { sqlSessions } from './sessions.sql.js';
import { sqlSpentTickets } from './spent-tickets.sql.js';
import { sqlUsedAssertions } from './used-assertions.sql.js';

/** All of storage over one database. */
export function sqlStore(database: Database): Store {
  return {
    accountLinks: sqlAccountLinks(database),
    accounts: sqlAccounts(database),
    apiKeys: sqlApiKeys(database),
    audit: sqlAudit(database),
    clientLogoCopies: sqlClientLogoCopies(database),
    clientLogos: sqlClientLogos(database),
    clients: sqlClients(database),
    clientTokens: sqlClientTokens(database),
    consents: sqlConsents(database),
    deployment: sqlDeployment(database),
    dynamicClients: sqlDynamicClients(database),
    externalIdentities: sqlExternalIdentities(database),
    grants: sqlGrants(database),
    groups: sqlGroups(database),
    idempotentRequests: sqlIdempotentRequests(database),
    imports: sqlImports(database),
    initialTokens: sqlInitialTokens(database),
    keys: sqlSigningKeys(database),
    logoutDeliveries: sqlLogoutDeliveries(database),
    mails: sqlMails(database),
    passkeys: sqlPasskeys(database),
    rateLimits: sqlRateLimits(database),
    rememberedDevices: sqlRememberedDevices(database),
    revokedTokens: sqlRevokedTokens(database),
    scopes: sqlScopes(database),
    sealedSecrets: sqlSealedSecrets(database),
    secondFactors: sqlSecondFactors(database),
    sessions: sqlSessions(database),
    spentTickets: sqlSpentTickets(database),
    usedAssertions: sqlUsedAssertions(database),
    checkHealth: (now) => checkHealth(database, now),
    close: () => database.close(),
  };
}
