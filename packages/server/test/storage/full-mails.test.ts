import { expect, it } from 'vitest';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { openDatabase, openStore } from '../../src/storage/open-store.js';
import { MailsFull } from '../../src/storage/ports/index.js';
import { plainStatement } from '../../src/storage/sql/statement.js';
import { account, NOW } from './fixtures.js';

it.each(['sqlite', 'postgres'] as const)(
  'mails that strangers request leave room for those about changes, on %s',
  async (kind) => {
    const url = await createDatabase(kind);
    const store = await openStore(url);
    const database = openDatabase(url);
    const addMails = (count: number) =>
      database.write(
        plainStatement(
          `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
           INSERT INTO mails (id, template, sealed, created_at, expires_at, attempts, next_attempt_at)
           SELECT '${count} ' || i, 'resetPassword', 'sealed', 0, ${NOW}, 0, 0 FROM n`,
        ),
        {},
      );
    const mail = (id: string) => ({ id, template: 'm', sealed: 's', createdAt: NOW, expiresAt: NOW });
    const link = (id: string) => {
      const record = { tokenHash: id, purpose: 'resetPassword', accountId: null, email: 'a@b.c' } as const;
      return store.accountLinks.create(
        { ...record, payload: {}, createdAt: NOW, expiresAt: NOW },
        mail(`mail of ${id}`),
      );
    };
    const user = account();
    await store.accounts.create(user);
    const addFactor = () =>
      store.secondFactors.addTotp(
        { accountId: user.id, sealedKey: 'sealed', lastStep: 0, createdAt: NOW },
        undefined,
        undefined,
        () => [mail('about a factor')],
      );

    await addMails(14_999);
    expect([await link('last'), await link('too many')]).toEqual(['created', 'full']);
    const lookup = { tokenHash: 'too many', purpose: 'resetPassword', now: NOW - 1 } as const;
    expect(await store.accountLinks.find(lookup)).toBeUndefined();
    expect(await addFactor()).toBe('added');
    await addMails(4998);
    expect([await store.mails.add(mail('one')), await store.mails.add(mail('two'))]).toEqual([
      'added',
      'full',
    ]);
    await store.secondFactors.removeTotp(user.id);
    await expect(addFactor()).rejects.toThrow(MailsFull);
    expect(await store.secondFactors.findTotp(user.id)).toBeUndefined();
    await database.close();
    await store.close();
  },
);
