import type { TableRow } from './codec/table.js';
import { clientsTable } from './tables/clients.table.js';

/** The tables. The migrations create them; the two must agree. */
export const tables = [clientsTable] as const;

type Coded = { [T in (typeof tables)[number] as T['name']]: TableRow<T> };

/** The rows of all tables, as Kysely sees them. */
export interface Schema extends Coded {
  rate_limits: RateLimitsTable;
  accounts: AccountsTable;
  account_logins: AccountLoginsTable;
  api_keys: ApiKeysTable;
  audit_events: AuditEventsTable;
  authorization_codes: AuthorizationCodesTable;
  client_access_tokens: ClientAccessTokensTable;
  client_logo_copies: ClientLogoCopiesTable;
  client_logos: ClientLogosTable;
  client_registrations: ClientRegistrationsTable;
  consent_items: ConsentItemsTable;
  consents: ConsentsTable;
  deployment_values: DeploymentValuesTable;
  dynamic_clients: DynamicClientsTable;
  grants: GrantsTable;
  health_checks: HealthChecksTable;
  idempotent_requests: IdempotentRequestsTable;
  logout_deliveries: LogoutDeliveriesTable;
  initial_access_tokens: InitialAccessTokensTable;
  opaque_access_tokens: OpaqueAccessTokensTable;
  refresh_token_families: RefreshTokenFamiliesTable;
  revoked_access_tokens: RevokedAccessTokensTable;
  schema_migrations: SchemaMigrationsTable;
  scope_groups: ScopeGroupsTable;
  scopes: ScopesTable;
  session_clients: SessionClientsTable;
  sessions: SessionsTable;
  signing_keys: SigningKeysTable;
  spent_tickets: SpentTicketsTable;
  spent_refresh_tokens: SpentRefreshTokensTable;
  used_assertions: UsedAssertionsTable;
}

/** A list or an object as JSON text. */
type Json = string;
/** 0 or 1: the one boolean that both databases agree on. */
type Flag = number;

export interface AccountsTable {
  id: string;
  username: string;
  email: string | null;
  email_verified: Flag;
  name: string;
  given_name: string | null;
  family_name: string | null;
  claims: Json;
  password_hash: string | null;
  is_admin: Flag;
  disabled_at: number | null;
  created_at: number;
  updated_at: number;
}

/** Every name that somebody can sign in with, usernames and email addresses alike. */
interface AccountLoginsTable {
  login: string;
  account_id: string;
}

export interface ApiKeysTable {
  id: string;
  name: string;
  hash: string;
  prefix: string;
  created_at: number;
  expires_at: number | null;
  account_id: string | null;
  /** Null for all of them. */
  scopes: Json | null;
  last_used_at: number | null;
}

export interface AuditEventsTable {
  id: string;
  at: number;
  type: string;
  type_group: string;
  client_id: string | null;
  account_id: string | null;
  grant_id: string | null;
  actor_type: string;
  actor_id: string | null;
  actor_name: string | null;
  via: string | null;
  address: string | null;
  target_type: string | null;
  target_id: string | null;
  values_before: Json | null;
  values_after: Json | null;
}

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

export interface ClientAccessTokensTable {
  hash: string;
  client_id: string;
  scopes: Json;
  audience: Json;
  issued_at: number;
  expires_at: number;
  credentials_version: number;
}

interface ClientLogoCopiesTable {
  client_id: string;
  logo_uri: string;
  asked_at: number;
  version: string | null;
  data_uri: string | null;
}

export interface ClientLogosTable {
  client_id: string;
  data_uri: string;
}

interface ConsentItemsTable {
  account_id: string;
  client_id: string;
  resource: string;
  scope: string;
  granted_at: number;
}

export interface ConsentsTable {
  account_id: string;
  client_id: string;
  modified_at: number;
}

export interface DeploymentValuesTable {
  name: string;
  value: string;
}

interface ClientRegistrationsTable {
  token_hash: string;
  client_id: string;
  created_at: number;
}

interface DynamicClientsTable {
  client_id: string;
  fingerprint: string | null;
  is_shared: Flag;
  is_used: Flag;
  registered_at: number;
  /** The network that registered it without a token; null where a token was spent. */
  source: string | null;
}

export interface InitialAccessTokensTable {
  id: string;
  name: string;
  hash: string;
  created_at: number;
  expires_at: number | null;
  uses_left: number | null;
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

interface HealthChecksTable {
  id: number;
  checked_at: number;
}

export interface IdempotentRequestsTable {
  caller: string;
  key_hash: string;
  fingerprint: string;
  /** Null while it is under way, and after a failure. */
  sealed_answer: string | null;
  is_unknown: Flag;
  /** How often it was asked for; whoever finds 1 was the first. */
  claims: number;
  created_at: number;
}

interface LogoutDeliveriesTable {
  id: string;
  session_id: string;
  client_id: string;
  account_id: string;
  attempts: number;
  /** Null once it is finished. */
  next_attempt_at: number | null;
  finished_at: number | null;
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

interface RevokedAccessTokensTable {
  jti: string;
  expires_at: number;
}

interface SchemaMigrationsTable {
  version: number;
  name: string;
}

export interface ScopeGroupsTable {
  name: string;
  write_implies_read: Flag;
  texts: Json;
}

export interface ScopesTable {
  name: string;
  group_name: string;
  type: string;
  texts: Json;
  resource: string | null;
  needs_approval: Flag;
}

interface SessionClientsTable {
  session_id: string;
  client_id: string;
}

export interface SessionsTable {
  id: string;
  token_hash: string;
  account_id: string;
  auth_time: number;
  expires_at: number;
}

export interface SigningKeysTable {
  kid: string;
  algorithm: string;
  generation: number;
  public_jwk: string;
  sealed_private_jwk: string;
  created_at: number;
  signs_from: number | null;
  token_seconds: number;
}

interface SpentTicketsTable {
  id: string;
  expires_at: number;
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

interface UsedAssertionsTable {
  client_id: string;
  jti_hash: string;
  expires_at: number;
}

export interface RateLimitsTable {
  key: string;
  used: number;
  ends_at: number;
}
