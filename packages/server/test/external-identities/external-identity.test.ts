import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { addUser } from '../../../../test/kit/users.js';
import { createAccountManagement } from '../../src/accounts/account-management.js';
import {
  createExternalSignIn,
  type ExternalSignIn,
  type ExternalSignInOutcome,
  type SignInExternally,
} from '../../src/accounts/external-identity.js';
import { createLinkedIdentities, type LinkedIdentities } from '../../src/accounts/linked-identities.js';
import { createEventFactory } from '../../src/audit/events.js';
import { systemRandom } from '../../src/crypto/random.js';
import { openStore } from '../../src/storage/open-store.js';
import type { AccountRecord, Store } from '../../src/storage/ports/index.js';

const NOW = 1_800_000_000;
const authentication = { authTime: NOW - 5, acr: 'example', amr: ['pwd'] };
const provider = {
  id: 'example',
  trust: { email: 'verified', username: false },
  createsAccounts: true,
} as const;

describe.each(databases)('signing in through an external provider on %s', (database) => {
  let store: Store;
  let signIn: (fields?: Partial<ExternalSignIn>) => ReturnType<SignInExternally>;
  let linked: LinkedIdentities;
  let now = NOW;
  const refusals: unknown[] = [];
  let count = 0;
  let subject = '';

  beforeAll(async () => {
    store = await openStore(await createDatabase(database));
    const createEvent = createEventFactory(() => now, systemRandom);
    const dependencies = { identities: store.externalIdentities, createEvent, clock: () => now };
    const signInExternally = createExternalSignIn({
      ...dependencies,
      management: createAccountManagement(
        store.accounts,
        () => now,
        async () => 'hash',
      ),
      events: { refused: async (account, _, reason) => void refusals.push([account?.id, reason]) },
      random: systemRandom,
    });
    linked = createLinkedIdentities({ ...dependencies, otherWays: { passkeys: false } });
    signIn = (fields = {}) =>
      signInExternally({ provider, subject, claims: {}, authentication, address: '192.0.2.1', ...fields });
  });
  afterAll(() => store.close());
  beforeEach(() => {
    count += 1;
    subject = `subject-${count}`;
    now = NOW;
  });

  const emailOf = (name: string) => `${name}-${count}@example.com`;

  function accountOf(outcome: ExternalSignInOutcome): AccountRecord {
    if (outcome.outcome !== 'authenticated') throw new Error(outcome.outcome);
    return outcome.user.account;
  }

  it('creates an account without a password at the first sign-in, and finds it at the next one', async () => {
    const claims = {
      email: emailOf('Ada'),
      email_verified: true,
      given_name: 'Ada',
      family_name: 'Lovelace',
    };
    const first = await signIn({ claims });
    expect(first).toMatchObject({ isNewAccount: true, user: { authentication, method: 'provider:example' } });
    const account = accountOf(first);
    expect(account).toMatchObject({
      username: emailOf('ada'),
      email: emailOf('ada'),
      emailVerified: true,
      name: 'Ada Lovelace',
      passwordHash: null,
      isAdmin: false,
    });
    now += 60;
    const second = await signIn({ claims });
    expect(second).toMatchObject({ isNewAccount: false });
    expect(accountOf(second)).toEqual(account);
    expect(await linked.list(account)).toMatchObject([
      { provider: 'example', subject, label: emailOf('ada'), createdAt: NOW, lastUsedAt: NOW + 60 },
    ]);
    const { items } = await store.audit.list({ limit: 10, after: null }, { accountId: account.id });
    expect(items.map(({ type, via }) => [type, via])).toEqual([['account.created', 'provider:example']]);
  });

  it('signs one user in to one account when two windows come back at once', async () => {
    const claims = { email: emailOf('ada'), email_verified: true };
    const outcomes = await Promise.all([signIn({ claims }), signIn({ claims }), signIn({ claims })]);
    expect(new Set(outcomes.map((outcome) => accountOf(outcome).id)).size).toBe(1);
  });

  it.each([
    ['is not verified', provider.trust, { email_verified: false }],
    ['is said to be verified by a text', provider.trust, { email_verified: 'true' }],
    [
      'comes from a provider that is not trusted for it',
      { email: 'none', username: false },
      { email_verified: true },
    ],
  ] as const)('takes over no email address that %s', async (_, trust, claims) => {
    const victim = await addUser({ server: { store } }, { username: emailOf('victim') });
    const outcome = await signIn({
      provider: { ...provider, trust },
      claims: { email: victim.email, preferred_username: 'victim', ...claims },
    });
    expect(accountOf(outcome)).toMatchObject({ email: null, emailVerified: false });
    expect(accountOf(outcome).username).toMatch(/^example-[\w-]{12}$/);
  });

  it('does not sign in to an existing account with the same email address', async () => {
    const victim = await addUser({ server: { store } }, { username: emailOf('victim') });
    const claims = { email: victim.email, email_verified: true };
    expect(await signIn({ claims })).toEqual({
      outcome: 'needsLinking',
      identity: { provider: 'example', subject, label: victim.email },
    });
    expect(await linked.list(victim)).toEqual([]);
  });

  it('signs in to the account that the identity was added to, and leaves its profile as it is', async () => {
    const ada = await addUser({ server: { store } }, { username: emailOf('ada'), name: 'Ada' });
    const claims = { email: ada.email, email_verified: true, name: 'Countess' };
    const outcome = await signIn({ claims });
    if (outcome.outcome !== 'needsLinking') throw new Error(outcome.outcome);
    const record = await store.accounts.find(ada.id);
    if (record === undefined) throw new Error('the account is missing');
    expect(await linked.link(record, outcome.identity, '192.0.2.1')).toBe('linked');
    expect(await linked.link(record, outcome.identity, '192.0.2.1')).toBe('taken');
    const other = { ...claims, email: emailOf('other') };
    expect(accountOf(await signIn({ claims: other }))).toEqual(record);
    expect(await linked.unlink(record, { provider: 'example', subject }, '192.0.2.1')).toBe('unlinked');
    expect((await signIn({ claims })).outcome).toBe('needsLinking');
    const { items } = await store.audit.list({ limit: 10, after: null }, { accountId: ada.id });
    expect(items.map(({ type }) => type).toSorted()).toEqual(['identity.linked', 'identity.unlinked']);
  });

  it('updates the claims of an account that it created, and keeps claims that are left out', async () => {
    const claims = { email: emailOf('ada'), email_verified: true, name: 'Ada', zoneinfo: 'Europe/London' };
    const { id } = accountOf(await signIn({ claims }));
    const changed = { email: emailOf('countess'), email_verified: true, locale: 'en-GB' };
    expect(accountOf(await signIn({ claims: changed }))).toMatchObject({
      id,
      username: emailOf('countess'),
      email: emailOf('countess'),
      name: 'Ada',
      claims: { zoneinfo: 'Europe/London', locale: 'en-GB' },
    });
  });

  it('keeps the email address when another account has the new one', async () => {
    const claims = { email: emailOf('ada'), email_verified: true };
    await signIn({ claims });
    const taken = await addUser({ server: { store } }, { username: emailOf('taken') });
    const changed = { email: taken.email, email_verified: true, name: 'Countess' };
    expect(accountOf(await signIn({ claims: changed }))).toMatchObject({
      email: emailOf('ada'),
      name: 'Countess',
    });
  });

  it('drops a verified phone number with the number that was verified', async () => {
    const claims = { phone_number: '+442079460018', phone_number_verified: true };
    expect(accountOf(await signIn({ claims })).claims).toEqual(claims);
    const { claims: changed } = accountOf(await signIn({ claims: { phone_number: '+442079460019' } }));
    expect(changed).toEqual({ phone_number: '+442079460019', phone_number_verified: false });
  });

  it('ignores claims that an account cannot have', async () => {
    const claims = {
      website: 'javascript:alert(1)',
      picture: 7,
      zoneinfo: 'Nowhere',
      name: '',
      nickname: 'Ada',
    };
    expect(accountOf(await signIn({ claims }))).toMatchObject({ claims: { nickname: 'Ada' } });
  });

  it('takes over a username only from a system that is trusted for it, and no address of another user', async () => {
    const trusted = { ...provider, trust: { email: 'all', username: true } } as const;
    const claims = { preferred_username: `Ada-${count}`, email: emailOf('ada') };
    expect(accountOf(await signIn({ provider: trusted, claims }))).toMatchObject({
      username: `ada-${count}`,
      email: emailOf('ada'),
      emailVerified: false,
    });
    const squatter = { preferred_username: emailOf('victim') };
    const { username } = accountOf(
      await signIn({ provider: trusted, claims: squatter, subject: `${subject}-2` }),
    );
    expect(username).not.toBe(emailOf('victim'));
  });

  it('refuses a disabled account and notes it', async () => {
    const account = accountOf(await signIn());
    await store.accounts.update(account.id, () => ({ disabledAt: NOW, updatedAt: NOW }));
    expect(await signIn()).toEqual({ outcome: 'disabled', accountId: account.id });
    expect(refusals).toContainEqual([account.id, 'account_disabled']);
  });

  it('creates no account where the provider may not, or too many were created from one address', async () => {
    expect(await signIn({ provider: { ...provider, createsAccounts: false } })).toMatchObject({
      outcome: 'needsLinking',
    });
    expect(await signIn({ provider: { ...provider, admitNewAccount: async () => 60 } })).toEqual({
      outcome: 'throttled',
      retryAfterSeconds: 60,
    });
    expect(await store.externalIdentities.find('example', subject)).toBeUndefined();
  });

  it('makes the user an administrator, or not, where the system decides that', async () => {
    expect(accountOf(await signIn({ isAdmin: true }))).toMatchObject({ isAdmin: true });
    expect(accountOf(await signIn())).toMatchObject({ isAdmin: true });
    await addUser({ server: { store } }, { isAdmin: true });
    expect(accountOf(await signIn({ isAdmin: false }))).toMatchObject({ isAdmin: false });
  });

  it.each(['', 'x'.repeat(513)])('refuses a subject of a wrong length', async (wrong) => {
    await expect(signIn({ subject: wrong })).rejects.toThrow(RangeError);
  });
});
