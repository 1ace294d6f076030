import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/storage/ports/index.js';
import { atOnce, NOW, pending, seed, seedGrant } from './fixtures.js';

export function consentsContract(store: () => Store): void {
  describe('consents', () => {
    it('starts from nothing and adds to what was allowed', async () => {
      const { accountId, clientId } = await seed(store());
      expect(await store().consents.find(accountId, clientId)).toEqual([]);
      await store().consents.add(accountId, clientId, ['openid', 'email'], NOW);
      await store().consents.add(accountId, clientId, ['email', 'drive 📁'], NOW + 1);
      const scopes = await store().consents.find(accountId, clientId);
      expect(scopes.toSorted()).toEqual(['drive 📁', 'email', 'openid']);
    });

    it('keeps every scope of many additions at once', async () => {
      const { accountId, clientId } = await seed(store());
      await atOnce(20, (index) =>
        store().consents.add(accountId, clientId, [`s${index}`, 'openid', 'a'], NOW),
      );
      expect(await store().consents.find(accountId, clientId)).toHaveLength(22);
    });

    it('keeps what one person allowed apart from other people and other apps', async () => {
      const one = await seed(store());
      const other = await seed(store());
      await store().consents.add(one.accountId, one.clientId, ['openid'], NOW);
      expect(await store().consents.find(one.accountId, other.clientId)).toEqual([]);
      expect(await store().consents.find(other.accountId, one.clientId)).toEqual([]);
    });

    it('remembers what was allowed together with the grant', async () => {
      const owner = await seed(store());
      const { grant, code } = pending(owner);
      await store().consents.add(owner.accountId, owner.clientId, ['openid'], NOW);
      await store().grants.create(grant, code, ['openid', 'email'], null);
      const scopes = await store().consents.find(owner.accountId, owner.clientId);
      expect(scopes.toSorted()).toEqual(['email', 'openid']);
    });

    it('takes consent back and ends the grants that stood on it, and no others', async () => {
      const { grant } = await seedGrant(store());
      const second = pending({ accountId: grant.accountId, clientId: grant.clientId });
      await store().grants.create(second.grant, second.code, ['openid'], null);
      const bystander = await seedGrant(store());

      expect(await store().consents.withdraw(grant.accountId, grant.clientId, NOW + 3)).toBe('withdrawn');
      expect(await store().consents.find(grant.accountId, grant.clientId)).toEqual([]);
      for (const id of [grant.id, second.grant.id]) {
        expect((await store().grants.find(id))?.grant.revokedAt).toBe(NOW + 3);
      }
      expect((await store().grants.find(bystander.grant.id))?.grant.revokedAt).toBeNull();
    });

    it('ends grants that stood on a consent nobody wrote down', async () => {
      const { grant } = await seedGrant(store());
      expect(await store().consents.withdraw(grant.accountId, grant.clientId, NOW)).toBe('withdrawn');
      expect((await store().grants.find(grant.id))?.grant.revokedAt).toBe(NOW);
    });

    it('says when there was nothing to take back, and leaves earlier endings as they were', async () => {
      const { grant } = await seedGrant(store());
      await store().consents.withdraw(grant.accountId, grant.clientId, NOW);
      expect(await store().consents.withdraw(grant.accountId, grant.clientId, NOW + 9)).toBe('missing');
      expect((await store().grants.find(grant.id))?.grant.revokedAt).toBe(NOW);
    });
  });
}
