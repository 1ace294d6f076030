import { randomUUID } from 'node:crypto';
import type {
  AccountRecord,
  ClientRecord,
  CodeRecord,
  ConsentItem,
  GrantOrigin,
  GrantRecord,
  GrantTokens,
  PasskeyRecord,
  SessionRecord,
  Store,
} from '../../src/storage/ports/index.js';

/** The time of these tests, in seconds since the epoch. It is above 2^31, to find columns that are too small. */
export const NOW = 4_100_000_000;

/** A kind of database to test. */
export interface Backend {
  /** Creates an empty database. */
  createDatabase(): Promise<string>;
}

/** Consent items, all of one resource or of none. */
export function consentTo(names: readonly string[], resource: string | null = null): ConsentItem[] {
  return names.map((name) => ({ resource, name }));
}

export function account(fields: Partial<AccountRecord> = {}): AccountRecord {
  const id = randomUUID();
  return {
    id,
    username: `user-${id}`,
    email: `${id}@example.com`,
    emailVerified: true,
    name: 'Ada Lovelace',
    givenName: 'Ada',
    familyName: 'Lovelace',
    claims: { zoneinfo: 'Europe/London', address: { locality: 'London' } },
    passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
    isAdmin: false,
    disabledAt: null,
    externalId: null,
    createdAt: NOW,
    updatedAt: NOW,
    ...fields,
  };
}

export function client(fields: Partial<ClientRecord> = {}): ClientRecord {
  return {
    id: randomUUID(),
    name: 'Travel diary',
    secretHash: 'hash-of-the-secret',
    sealedSecret: null,
    authenticationMethod: 'client_secret_basic',
    redirectUris: ['https://app.example/callback', 'https://app.example/other?x=1'],
    grantTypes: ['authorization_code', 'refresh_token'],
    responseTypes: ['code'],
    scopes: ['openid', 'email'],
    accessTokenFormat: 'opaque',
    idTokenAlgorithm: 'RS256',
    audience: 'https://api.example',
    compatibility: ['allow_code_without_pkce'],
    metadata: { application_type: 'web', jwks: { keys: [{ kty: 'EC' }] } },
    enabled: true,
    isSuspended: false,
    createdBy: null,
    modifiedBy: null,
    previousSecret: null,
    credentialsVersion: 0,
    scopeRequests: [],
    createdAt: NOW,
    updatedAt: NOW,
    ...fields,
  };
}

/** A grant with its code, not written yet. */
export interface Pending {
  readonly grant: GrantRecord;
  readonly code: CodeRecord;
}

/** How users sign in in these tests. */
export const byPassword = { acr: 'urn:example:password', amr: ['pwd'] } as const;

/** The session that a user's grants come from by default. */
const sessionIdOf = (accountId: string) => `session of ${accountId}`;

/** A live session, not written yet. */
export function sessionOf(accountId: string, fields: Partial<SessionRecord> = {}): SessionRecord {
  const expiresAt = fields.expiresAt ?? NOW + 100;
  return {
    id: randomUUID(),
    tokenHash: randomUUID(),
    accountId,
    authTime: NOW,
    ...byPassword,
    createdAt: NOW,
    lastSeenAt: NOW,
    device: { browser: 'Firefox', system: 'Linux' },
    address: '192.0.2.7',
    expiresAt,
    endsAt: expiresAt,
    ...fields,
  };
}

/** Signs a user in, as grants need it. */
export async function signIn(store: Store, accountId: string): Promise<void> {
  await store.sessions.create(
    sessionOf(accountId, { id: sessionIdOf(accountId), expiresAt: NOW + 100_000_000 }),
  );
}

/** Writes a client, and an account that is signed in. */
export async function seed(store: Store): Promise<{ accountId: string; clientId: string }> {
  const user = account();
  const app = client();
  await store.accounts.create(user);
  await signIn(store, user.id);
  await store.clients.create(app);
  return { accountId: user.id, clientId: app.id };
}

/** The origin of a grant that a user gave in this session. */
export function fromSession(sessionId: string): GrantOrigin {
  return { kind: 'session', sessionId, authTime: NOW - 30, ...byPassword };
}

/** A grant of a developer with its access token, not written yet. */
export function ofDeveloper(
  owner: { accountId: string; clientId: string },
  fields: Partial<GrantRecord> = {},
) {
  const expiresAt = NOW + 3600;
  const { grant } = pending(owner, {
    grant: { origin: { kind: 'developer', credentialsVersion: 0 }, expiresAt, ...fields },
  });
  const { accessToken } = tokens(grant.id, grant.expiresAt);
  return { grant, tokens: { accessToken, refreshToken: null } };
}

export function pending(
  owner: { accountId: string; clientId: string },
  fields: { grant?: Partial<GrantRecord>; code?: Partial<CodeRecord> } = {},
): Pending {
  const grant: GrantRecord = {
    id: randomUUID(),
    origin: fromSession(sessionIdOf(owner.accountId)),
    ...owner,
    scopes: ['openid', 'email'],
    audience: 'https://api.example',
    details: { claims: { userinfo: { email: null } } },
    createdAt: NOW,
    expiresAt: NOW + 60,
    revokedAt: null,
    ...fields.grant,
  };
  const code: CodeRecord = {
    hash: randomUUID(),
    grantId: grant.id,
    redirectUri: 'https://app.example/callback',
    redirectUriSent: true,
    codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    nonce: 'n-0S6_WzA2Mj',
    expiresAt: NOW + 60,
    spentAt: null,
    ...fields.code,
  };
  return { grant, code };
}

/** Writes a grant with a code, for a new user and a new app. */
export async function seedGrant(store: Store): Promise<Pending> {
  const written = pending(await seed(store));
  await store.grants.create(written);
  return written;
}

/**
 * An access token and a refresh token with unique hashes.
 *
 * @param familyHash the hash of the refresh token's family; a new one by default
 */
export function tokens(grantId: string, expiresAt = NOW + 3600, familyHash: string = randomUUID()) {
  const refreshToken = {
    familyHash,
    hash: randomUUID(),
    createdAt: NOW,
    expiresAt,
    grantId,
    binding: 'none' as const,
  };
  return {
    grantId,
    accessToken: {
      hash: randomUUID(),
      scopes: ['openid'],
      audience: ['https://api.example'],
      binding: 'none',
      issuedAt: NOW,
      expiresAt,
    },
    refreshToken,
  } satisfies GrantTokens;
}

/** A response without tokens that are stored. */
export function noTokens(grantId: string) {
  return { grantId, accessToken: null, refreshToken: null } satisfies GrantTokens;
}

/** The tokens that replace a refresh token. */
export function successorOf(
  { grantId, familyHash }: ReturnType<typeof tokens>['refreshToken'],
  expiresAt = NOW + 3600,
) {
  return tokens(grantId, expiresAt, familyHash);
}

/** Writes a grant whose code is redeemed. */
export async function seedTokens(store: Store): Promise<Pending & ReturnType<typeof tokens>> {
  const written = await seedGrant(store);
  const issued = tokens(written.grant.id);
  await store.grants.redeemCode(written.code.hash, issued, NOW);
  return { ...written, ...issued };
}

/** Calls a function many times at once. */
export function atOnce<T>(count: number, act: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => act(index)));
}

export function countOf<T>(items: readonly T[], item: T): number {
  return items.filter((other) => other === item).length;
}

/** A passkey, not written yet. */
export const passkeyOf = (accountId: string, fields: Partial<PasskeyRecord> = {}): PasskeyRecord => ({
  id: randomUUID(),
  accountId,
  publicKey: 'cHVibGlj',
  counter: 0,
  transports: ['internal', 'hybrid'],
  backupEligible: true,
  backedUp: false,
  name: 'Phone',
  createdAt: NOW,
  lastUsedAt: null,
  ...fields,
});
