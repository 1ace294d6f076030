import { describe, expect, it } from 'vitest';
import { databases, startServer } from '../../../../test/kit/servers.js';
import { sha256 } from '../../src/crypto/hash.js';
import { sessionOf } from '../storage/fixtures.js';

describe.each(databases)('a session of a disabled account, on %s', (database) => {
  it('is not found, also if it was created after the account was disabled', async () => {
    const grantor = await startServer({ database });
    try {
      const { store } = grantor.server;
      const account = await store.accounts.findByLogin(grantor.user.username);
      const accountId = account?.id ?? '';
      const now = Math.floor(Date.now() / 1000);
      const cookie = 'c'.repeat(43);
      const tokenHash = sha256(cookie);
      const homeOf = async () =>
        (
          await fetch(`${grantor.issuer}/signin`, {
            redirect: 'manual',
            headers: { cookie: `grantor_session=${cookie}` },
          })
        ).status;
      await store.accounts.update(accountId, () => ({ disabledAt: now, updatedAt: now }));
      await store.sessions.create(sessionOf(accountId, { tokenHash, authTime: now, expiresAt: now + 600 }));
      expect(await store.sessions.find(tokenHash, now)).toBeUndefined();
      expect(await homeOf()).toBe(200);
    } finally {
      await grantor.stop();
    }
  });
});
