import type { TableRow } from './codec/table.js';
import { accountLoginsTable, accountsTable } from './tables/accounts.table.js';
import { apiKeysTable } from './tables/api-keys.table.js';
import { auditEventsTable } from './tables/audit-events.table.js';
import { clientLogoCopiesTable, clientLogosTable } from './tables/client-logos.table.js';
import { clientTokensTable } from './tables/client-tokens.table.js';
import { clientsTable } from './tables/clients.table.js';
import { consentItemsTable, consentsTable } from './tables/consents.table.js';
import {
  deploymentValuesTable,
  healthChecksTable,
  idempotentRequestsTable,
  rateLimitsTable,
  schemaMigrationsTable,
} from './tables/deployment.table.js';
import { externalIdentitiesTable } from './tables/external-identities.table.js';
import {
  passkeysTable,
  recoveryCodesTable,
  rememberedDevicesTable,
  totpKeysTable,
} from './tables/factors.table.js';
import {
  accessTokensTable,
  codesTable,
  familiesTable,
  spentRefreshTokensTable,
} from './tables/grant-tokens.table.js';
import { grantsTable } from './tables/grants.table.js';
import { groupMembersTable, groupsTable } from './tables/groups.table.js';
import { importsTable } from './tables/imports.table.js';
import { accountLinksTable, mailsTable } from './tables/mails.table.js';
import {
  clientRegistrationsTable,
  dynamicClientsTable,
  initialTokensTable,
} from './tables/registration.table.js';
import { scopeGroupsTable, scopesTable } from './tables/scopes.table.js';
import {
  logoutDeliveriesTable,
  providerSessionsTable,
  sessionClientsTable,
  sessionsTable,
} from './tables/sessions.table.js';
import { signingKeysTable } from './tables/signing-keys.table.js';
import { revokedTokensTable, spentTicketsTable, usedAssertionsTable } from './tables/used-once.table.js';

/** All tables. The migrations create them; a test compares both. */
export const tables = [
  accessTokensTable,
  accountLinksTable,
  accountLoginsTable,
  accountsTable,
  apiKeysTable,
  auditEventsTable,
  clientLogoCopiesTable,
  clientLogosTable,
  clientRegistrationsTable,
  clientTokensTable,
  clientsTable,
  codesTable,
  consentItemsTable,
  consentsTable,
  deploymentValuesTable,
  dynamicClientsTable,
  externalIdentitiesTable,
  familiesTable,
  grantsTable,
  groupMembersTable,
  groupsTable,
  healthChecksTable,
  idempotentRequestsTable,
  importsTable,
  initialTokensTable,
  logoutDeliveriesTable,
  mailsTable,
  passkeysTable,
  providerSessionsTable,
  rateLimitsTable,
  recoveryCodesTable,
  rememberedDevicesTable,
  revokedTokensTable,
  schemaMigrationsTable,
  scopeGroupsTable,
  scopesTable,
  sessionClientsTable,
  sessionsTable,
  signingKeysTable,
  spentRefreshTokensTable,
  spentTicketsTable,
  totpKeysTable,
  usedAssertionsTable,
] as const;

/** The rows of all tables, as Kysely sees them. */
export type Schema = { [T in (typeof tables)[number] as T['name']]: TableRow<T> };
