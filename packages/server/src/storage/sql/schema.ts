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
import {
  clientRegistrationsTable,
  dynamicClientsTable,
  initialTokensTable,
} from './tables/registration.table.js';
import { scopeGroupsTable, scopesTable } from './tables/scopes.table.js';
import { logoutDeliveriesTable, sessionClientsTable, sessionsTable } from './tables/sessions.table.js';
import { signingKeysTable } from './tables/signing-keys.table.js';
import { revokedTokensTable, spentTicketsTable, usedAssertionsTable } from './tables/used-once.table.js';

/** The tables. The migrations create them; the two must agree. */
export const tables = [
  accountLoginsTable,
  accountsTable,
  apiKeysTable,
  auditEventsTable,
  clientLogoCopiesTable,
  clientLogosTable,
  clientRegistrationsTable,
  clientTokensTable,
  clientsTable,
  consentItemsTable,
  consentsTable,
  deploymentValuesTable,
  dynamicClientsTable,
  healthChecksTable,
  idempotentRequestsTable,
  initialTokensTable,
  logoutDeliveriesTable,
  rateLimitsTable,
  revokedTokensTable,
  schemaMigrationsTable,
  scopeGroupsTable,
  scopesTable,
  sessionClientsTable,
  sessionsTable,
  signingKeysTable,
  spentTicketsTable,
  usedAssertionsTable,
] as const;

type Coded = { [T in (typeof tables)[number] as T['name']]: TableRow<T> };

/** The rows of all tables, as Kysely sees them. */
export interface Schema extends Coded {
  authorization_codes: AuthorizationCodesTable;
  grants: GrantsTable;
  opaque_access_tokens: OpaqueAccessTokensTable;
  refresh_token_families: RefreshTokenFamiliesTable;
  spent_refresh_tokens: SpentRefreshTokensTable;
}

/** A list or an object as JSON text. */
type Json = string;
/** 0 or 1: the one boolean that both databases agree on. */
type Flag = number;

interface AuthorizationCodesTable {
  hash: string;
  grant_id: string;
  redirect_uri: string;
  redirect_uri_sent: Flag;
  code_challenge: string | null;
  nonce: string | null;
  expires_at: number;
  spent_at: number | null;
}

export interface GrantsTable {
  id: string;
  client_id: string;
  account_id: string;
  scopes: Json;
  audience: string;
  details: Json;
  created_at: number;
  revoked_at: number | null;
  /** What statements search the origin by; null where it has no session. */
  origin_kind: string;
  origin_session_id: string | null;
  /** The whole origin. */
  origin: Json;
  expires_at: number;
}

interface OpaqueAccessTokensTable {
  hash: string;
  grant_id: string;
  scopes: Json;
  audience: Json;
  issued_at: number;
  expires_at: number;
}

/** The refresh tokens of one grant. They begin with the same part, and of each the hash of the whole is kept. */
interface RefreshTokenFamiliesTable {
  /** Of the part that its tokens share. */
  hash: string;
  grant_id: string;
  /** Of the current token, whose times follow. */
  token_hash: string;
  /** Of the token before, while its retry may be answered. */
  previous_token_hash: string | null;
  created_at: number;
  expires_at: number;
  /** When one of its tokens was last used; null while the first one is not. */
  used_at: number | null;
  /** What the use of the token before was answered with. */
  sealed_answer: string | null;
}

/** Those that were spent before there were families; nothing is added. */
interface SpentRefreshTokensTable {
  hash: string;
  grant_id: string;
  created_at: number;
  expires_at: number;
  spent_at: number | null;
  sealed_answer: string | null;
}
