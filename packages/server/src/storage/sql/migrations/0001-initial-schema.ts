import type { Migration } from './migration.js';

/*
 * Both databases read this text. Times are seconds since the epoch, booleans 0 or 1, lists JSON. There is
 * an index behind every lookup, every foreign key (deleting follows them) and every purge by time.
 */
const accounts = [
  `CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    username TEXT NOT NULL,
    email TEXT,
    email_verified BIGINT NOT NULL,
    name TEXT NOT NULL,
    given_name TEXT,
    family_name TEXT,
    password_hash TEXT,
    is_admin BIGINT NOT NULL,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
  )`,
  // Usernames and email addresses share one table: each text that can be typed at sign-in belongs to one user.
  `CREATE TABLE account_logins (
    login TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE
  )`,
  'CREATE INDEX account_logins_by_account ON account_logins (account_id)',
  `CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    auth_time BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
  )`,
  'CREATE INDEX sessions_by_account ON sessions (account_id)',
  'CREATE INDEX sessions_by_expiry ON sessions (expires_at)',
];

const clients = [
  `CREATE TABLE clients (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    secret_hash TEXT,
    authentication_method TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    grant_types TEXT NOT NULL,
    response_types TEXT NOT NULL,
    scopes TEXT NOT NULL,
    access_token_format TEXT NOT NULL,
    id_token_algorithm TEXT NOT NULL,
    audience TEXT,
    compatibility TEXT NOT NULL,
    enabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
  )`,
  'CREATE INDEX clients_newest_first ON clients (created_at DESC, id DESC)',
  `CREATE TABLE consent_scopes (
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    scope TEXT NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, client_id, scope)
  )`,
  'CREATE INDEX consent_scopes_by_client ON consent_scopes (client_id)',
];

const grants = [
  // The session is not a foreign key: a grant stays when its session is deleted.
  `CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    client_id TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    audience TEXT NOT NULL,
    session_id TEXT NOT NULL,
    auth_time BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
  )`,
  'CREATE INDEX grants_by_account_and_client ON grants (account_id, client_id)',
  'CREATE INDEX grants_by_client ON grants (client_id)',
  `CREATE TABLE authorization_codes (
    hash TEXT PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    redirect_uri_sent BIGINT NOT NULL,
    code_challenge TEXT,
    nonce TEXT,
    expires_at BIGINT NOT NULL,
    spent_at BIGINT
  )`,
  'CREATE INDEX authorization_codes_by_grant ON authorization_codes (grant_id, expires_at)',
  'CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at)',
  `CREATE TABLE refresh_tokens (
    hash TEXT PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at BIGINT,
    sealed_answer TEXT
  )`,
  'CREATE INDEX refresh_tokens_by_grant ON refresh_tokens (grant_id, expires_at)',
  'CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at)',
  `CREATE INDEX refresh_tokens_with_answer ON refresh_tokens (spent_at) WHERE sealed_answer IS NOT NULL`,
  `CREATE TABLE opaque_access_tokens (
    hash TEXT PRIMARY KEY,
    grant_id TEXT NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    expires_at BIGINT NOT NULL
  )`,
  'CREATE INDEX opaque_access_tokens_by_grant ON opaque_access_tokens (grant_id, expires_at)',
  'CREATE INDEX opaque_access_tokens_by_expiry ON opaque_access_tokens (expires_at)',
];

const keys = [
  `CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY,
    algorithm TEXT NOT NULL,
    generation BIGINT NOT NULL,
    public_jwk TEXT NOT NULL,
    sealed_private_jwk TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (algorithm, generation)
  )`,
  `CREATE TABLE api_keys (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    prefix TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT
  )`,
];

const health = ['CREATE TABLE health_checks (id BIGINT PRIMARY KEY, checked_at BIGINT NOT NULL)'];

export const initialSchema: Migration = {
  version: 1,
  name: 'initial-schema',
  statements: [...accounts, ...clients, ...grants, ...keys, ...health],
};
