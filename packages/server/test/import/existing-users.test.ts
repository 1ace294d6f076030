import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addUser, type NewUser } from '../../../../test/kit/users.js';
import type { RecordRefusal } from '../../src/accounts/import/import-record.js';
import { importUsers } from '../../src/accounts/import/import-users.js';
import { createEventFactory } from '../../src/audit/events.js';
import { systemClock } from '../../src/crypto/clock.js';
import { systemRandom } from '../../src/crypto/random.js';

const HASH = '$2b$04$BlmK2jljpWWHnda/P2nzLuhuJLp3AMOFO9Ck2kQ8hjTuTgp5Lfa1a';

describe('an import with --existing update', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  /** Imports records one after the other. */
  async function update(...records: readonly object[]) {
    const refusals: RecordRefusal[] = [];
    const text = records.map((record) => JSON.stringify(record)).join('\n');
    const result = await importUsers(
      {
        ...grantor.server.store,
        clock: systemClock,
        createEvent: createEventFactory(systemClock, systemRandom),
      },
      (async function* lines() {
        yield text;
      })(),
      {
        id: randomUUID(),
        format: 'jsonl',
        existing: 'update',
        isDryRun: false,
        actor: { type: 'operator', id: null, name: 'test' },
        onProgress: () => {},
        onRefused: (_line, found) => refusals.push(...found),
      },
    );
    return { result, fields: refusals.map(({ field }) => field) };
  }

  /** A user with a username and a verified address, and their account as it is now. */
  async function addVerified(fields: NewUser = {}) {
    const id = randomUUID();
    const user = await addUser(grantor, { username: `name-${id}`, email: `${id}@example.com`, ...fields });
    return { user, current: () => grantor.server.store.accounts.find(user.id) };
  }

  it.each([
    ['registered the address without proof', ({ email }) => ({ email })],
    ['registered the address as a username', ({ email }) => ({ username: email })],
    [
      'registered the address as a username, in other letters, with a verified address of their own',
      ({ email }) => ({
        username: email?.toUpperCase().replace('@', '\uFF20'),
        email: `${randomUUID()}@example.net`,
        email_verified: true,
      }),
    ],
    [
      'has the username with an address without proof',
      ({ username }) => ({ username, email: `${randomUUID()}@example.net` }),
    ],
  ] as const satisfies readonly (readonly [string, (user: NewUser) => object])[])(
    'gives no account to a user who %s in the other system',
    async (_, recordOf) => {
      const { user, current } = await addVerified();
      const before = await current();
      const { fields } = await update({ ...recordOf(user), password_hash: HASH });
      expect(fields).toEqual(['email_verified']);
      expect(await current()).toEqual(before);
    },
  );

  it('changes no address for a user who registered it as a username', async () => {
    const { user, current } = await addVerified();
    const before = await current();
    const email = `${randomUUID()}@example.net`;
    expect((await update({ username: user.email, email, email_verified: true })).fields).toEqual([
      'email_verified',
    ]);
    expect(await current()).toEqual(before);
  });

  it('changes no address for a user with an address that was the username before', async () => {
    const { user, current } = await addVerified({ username: `${randomUUID()}@example.com` });
    const before = await current();
    const { fields } = await update({ email: user.username, email_verified: true, password_hash: HASH });
    expect(fields).toEqual(['email_verified']);
    expect(await current()).toEqual(before);
  });

  it('leaves a verified address verified, so that the next record gives no password', async () => {
    const { user, current } = await addVerified();
    const { email } = user;
    const { fields } = await update({ email, email_verified: false }, { email, password_hash: HASH });
    expect(fields).toEqual(['email_verified']);
    expect(await current()).toMatchObject({ emailVerified: true, passwordHash: user.passwordHash });
  });

  it('changes no administrator', async () => {
    const { user, current } = await addVerified({ isAdmin: true });
    const before = await current();
    const { fields } = await update({ email: user.email, email_verified: true, password_hash: HASH });
    expect(fields).toEqual([null]);
    expect(await current()).toEqual(before);
  });

  it.each([
    ['the verified address', ({ email }) => ({ email, email_verified: true })],
    ['the username', ({ username }) => ({ username })],
    [
      'the username and another verified address',
      ({ username }) => ({ username, email: `${randomUUID()}@example.org`, email_verified: true }),
    ],
  ] as const satisfies readonly (readonly [string, (user: NewUser) => object])[])(
    'gives the password to the user with %s',
    async (_, recordOf) => {
      const { user, current } = await addVerified();
      expect((await update({ ...recordOf(user), password_hash: HASH })).result).toMatchObject({ updated: 1 });
      expect((await current())?.passwordHash).toMatch(/^imported:bcrypt,4:/);
    },
  );

  it('finds users by their login without case and in composed letters, in one batch too', async () => {
    const name = `Zo\u00EB-${randomUUID()}`;
    const { result } = await update({ username: name }, { username: name.normalize('NFD').toUpperCase() });
    expect(result).toMatchObject({ created: 1, skipped: 1 });
  });
});
