import { randomUUID } from 'node:crypto';
import { hashPassword } from '../../packages/server/src/accounts/passwords.js';
import type { AccountRecord, Store } from '../../packages/server/src/storage/ports/index.js';
import { bodyOf } from './api-calls.js';
import { HttpBrowser } from './browser.js';

/** A user who can sign in. */
export interface TestUser extends AccountRecord {
  readonly password: string;
}

/** What a test sets of a user; everything else has a default. */
export type NewUser = Partial<TestUser>;

/** The password of every user unless a test sets another. */
export const PASSWORD = 'analytical-engine';

/** Hashes take tens of milliseconds on purpose, and most users of a test file have the same password. */
const hashes = new Map<string, Promise<string>>();

/**
 * Adds a user who signs in with an email address. Writes to the store: requests would count against the limits and
 * appear in the audit trail that tests check.
 *
 * @throws Error if the username or email address is taken
 */
export async function addUser(
  { server: { store } }: { readonly server: { readonly store: Store } },
  fields: NewUser = {},
): Promise<TestUser> {
  const id = randomUUID();
  const now = Math.floor(Date.now() / 1000);
  const { password = PASSWORD, ...changes } = fields;
  const username = fields.username ?? fields.email ?? `${id}@example.com`;
  const account: AccountRecord = {
    id,
    username,
    email: username,
    emailVerified: true,
    name: 'Grace Hopper',
    givenName: null,
    familyName: null,
    claims: {},
    passwordHash: await hashOf(password),
    isAdmin: false,
    disabledAt: null,
    externalId: null,
    createdAt: now,
    updatedAt: now,
    ...changes,
  };
  const outcome = await store.accounts.create(account);
  if (outcome !== 'created') throw new Error(`no user: ${outcome}`);
  return { ...account, password };
}

/** Disables an account, as administrators do. */
export async function disableUser(
  server: { api(method: string, path: string, body: unknown): Promise<Response> },
  { id }: Pick<TestUser, 'id'>,
): Promise<void> {
  await bodyOf(server.api('PATCH', `/accounts/${id}`, { disabled: true }), 200);
}

/** A user with a session in a browser. */
export interface SignedInUser {
  readonly user: TestUser;
  readonly browser: HttpBrowser;
  /** The `Cookie` header of the session. */
  readonly cookie: string;
}

/** Adds a user and signs in with their password. */
export async function addSignedInUser(
  server: { readonly issuer: string; readonly server: { readonly store: Store } },
  fields: NewUser = {},
): Promise<SignedInUser> {
  const user = await addUser(server, fields);
  const browser = new HttpBrowser();
  const page = await browser.open(`${server.issuer}/signin`);
  await browser.signIn(page, user);
  const cookie = `grantor_session=${browser.cookieValue('grantor_session') ?? ''}`;
  return { user, browser, cookie };
}

function hashOf(password: string): Promise<string> {
  const known = hashes.get(password) ?? hashPassword(password);
  hashes.set(password, known);
  return known;
}
