import { randomUUID } from 'node:crypto';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import type { TestGrantor } from '../../../../test/kit/grantor.js';
import { createAccount } from '../../src/accounts/create-account.js';
import { createEvents } from '../../src/audit/events.js';
import { sha256 } from '../../src/crypto/hash.js';
import { systemRandom } from '../../src/crypto/random.js';
import type { AccountRecord, ApiKeyRecord, AuditEvent } from '../../src/storage/ports/index.js';
import { account, client, ofDeveloper } from '../storage/fixtures.js';

export const PASSWORD = 'correct horse battery';

/** Somebody with an account, who cannot sign in with a password. */
export async function addPerson(
  { server: { store } }: TestGrantor,
  fields: Partial<AccountRecord> = {},
): Promise<AccountRecord> {
  const person = account(fields);
  await store.accounts.create(person);
  return person;
}

/** Disables somebody's account, as administrators do. */
export async function disable({ server: { store } }: TestGrantor, { id }: AccountRecord): Promise<void> {
  await store.accounts.update(id, () => ({ disabledAt: 1_700_000_000, updatedAt: 1_700_000_000 }));
}

/** A key of somebody's, written as the API writes it; of the deployment where they are nobody. */
export async function keyOf(
  { server: { store } }: TestGrantor,
  person: AccountRecord | null,
  fields: Partial<ApiKeyRecord> = {},
): Promise<{ readonly id: string; readonly key: string }> {
  const key = `sk-${randomUUID()}`;
  const record = {
    id: randomUUID(),
    name: 'A key',
    hash: sha256(key),
    prefix: key.slice(0, 7),
    accountId: person?.id ?? null,
    scopes: null,
    createdAt: 1_700_000_000,
    expiresAt: null,
    lastUsedAt: null,
    ...fields,
  };
  await store.apiKeys.create(record);
  return { id: record.id, key };
}

/** An access token that a person gave an app, and what it hangs on. */
export async function tokenOf(
  { server: { store }, issuer }: TestGrantor,
  person: AccountRecord,
  scopes: readonly string[],
  options: {
    readonly audience?: readonly string[];
    readonly now?: number;
    readonly subjectType?: 'pairwise';
  } = {},
): Promise<{ readonly token: string; readonly grantId: string; readonly clientId: string }> {
  const { now = Math.floor(Date.now() / 1000), audience = [issuer], subjectType } = options;
  const app = client(subjectType === undefined ? {} : { metadata: { subject_type: subjectType } });
  await store.clients.create(app);
  const expiresAt = now + 900;
  const owner = { accountId: person.id, clientId: app.id };
  const { grant } = ofDeveloper(owner, { scopes, createdAt: now, expiresAt });
  const token = randomUUID();
  const accessToken = {
    hash: sha256(token),
    scopes,
    audience,
    binding: 'none' as const,
    issuedAt: now,
    expiresAt,
  };
  const describe = createEvents(() => now, systemRandom);
  const event = describe({ type: 'personal_access_token.issued' });
  await store.grants.create({ grant, tokens: { accessToken, refreshToken: null }, event });
  return { token, grantId: grant.id, clientId: app.id };
}

/** An access token that an app got for itself (RFC 6749 §4.4). */
export async function ownTokenOf(
  { server: { store }, issuer }: TestGrantor,
  scopes: readonly string[],
  now = Math.floor(Date.now() / 1000),
): Promise<{ readonly token: string; readonly clientId: string }> {
  const app = client();
  await store.clients.create(app);
  const token = randomUUID();
  await store.clientTokens.create({
    hash: sha256(token),
    clientId: app.id,
    scopes,
    audience: [issuer],
    binding: 'none',
    issuedAt: now,
    expiresAt: now + 900,
    credentialsVersion: 0,
  });
  return { token, clientId: app.id };
}

/** A browser in which somebody is signed in, and the `Cookie` header that it sends. */
export async function signedIn(
  { server: { store }, issuer }: TestGrantor,
  fields: { readonly isAdmin?: boolean; readonly name?: string } = {},
): Promise<{ readonly browser: HttpBrowser; readonly cookie: string; readonly person: AccountRecord }> {
  const email = `${randomUUID()}@example.com`;
  const now = () => Math.floor(Date.now() / 1000);
  await createAccount(store.accounts, now, { email, password: PASSWORD, name: 'Signed In', ...fields });
  const person = await store.accounts.findByLogin(email);
  if (person === undefined) throw new Error('nobody was made');
  const browser = new HttpBrowser();
  const page = await browser.open(`${issuer}/signin`);
  await browser.submit(page, 'sign-in', { username: email, password: PASSWORD });
  return { browser, cookie: `grantor_session=${browser.cookieValue('grantor_session') ?? ''}`, person };
}

export type Headers = Readonly<Record<string, string>>;

export const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });

/** The newest of what is remembered. */
export async function eventsOf({ server: { store } }: TestGrantor): Promise<readonly AuditEvent[]> {
  return (await store.audit.list({ limit: 50, after: null })).items;
}

/** Calls the management API with these headers and nothing else that says who calls. */
export function call(
  { issuer }: TestGrantor,
  headers: Headers,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  return fetch(`${issuer}/api/2.0${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** The x-signature that these credentials get. */
export async function signatureOf(grantor: TestGrantor, headers: Headers): Promise<string> {
  const response = await call(grantor, headers, 'GET', '/security/oauth2/token');
  const text = await response.text();
  if (response.status !== 200) throw new Error(`no x-signature: ${text}`);
  return (JSON.parse(text) as { response: string }).response;
}
