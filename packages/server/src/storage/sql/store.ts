import type { Store } from '../ports/index.js';
import { sqlAccounts } from './accounts.sql.js';
import { sqlApiKeys } from './api-keys.sql.js';
import { sqlAudit } from './audit.sql.js';
import { sqlClients } from './clients.sql.js';
import { sqlConsents } from './consents.sql.js';
import type { Database } from './database.js';
import { sqlGrants } from './grants.sql.js';
import { checkHealth } from './health.sql.js';
import { sqlSigningKeys } from './keys.sql.js';
import { sqlSessions } from './sessions.sql.js';

/** All of storage over one database. */
export function sqlStore(database: Database): Store {
  return {
    accounts: sqlAccounts(database),
    apiKeys: sqlApiKeys(database),
    audit: sqlAudit(database),
    clients: sqlClients(database),
    consents: sqlConsents(database),
    grants: sqlGrants(database),
    keys: sqlSigningKeys(database),
    sessions: sqlSessions(database),
    checkHealth: (now) => checkHealth(database, now),
    close: () => database.close(),
  };
}
