import { describe, expect, it } from 'vitest';
import { createEventFactory } from '../../src/audit/events.js';
import { systemRandom } from '../../src/crypto/random.js';
import { OwnerGone, type Store } from '../../src/storage/ports/index.js';
import {
  consentTo,
  NOW,
  noTokens,
  ofDeveloper,
  pending,
  seed,
  seedGrant,
  seedTokens,
  tokens,
} from './fixtures.js';

const describeEvent = createEventFactory(() => NOW, systemRandom);

export function grantsContract(store: () => Store): void {
  describe('grants', () => {
    it('returns a grant with its account, and its code with both', async () => {
      const { grant, code } = await seedGrant(store());
      const account = await store().accounts.find(grant.accountId);
      expect(await store().grants.find(grant.id)).toEqual({ grant, account });
      expect(await store().grants.findCode(code.hash)).toEqual({ grant, account, code });
    });

    it('returns a code without challenge and nonce', async () => {
      const { grant, code } = pending(await seed(store()), {
        code: { codeChallenge: null, nonce: null, redirectUriSent: false },
      });
      await store().grants.create({ grant, code });
      expect((await store().grants.findCode(code.hash))?.code).toEqual(code);
    });

    it('finds nothing for unknown IDs and hashes', async () => {
      expect(await store().grants.find('none')).toBeUndefined();
      expect(await store().grants.findCode('none')).toBeUndefined();
      expect(await store().grants.findRefreshToken({ familyHash: 'none', hash: 'none' })).toBeUndefined();
      expect(await store().grants.findOpaqueAccessToken('none')).toBeUndefined();
    });

    it('refuses a grant of an unknown account, and writes neither it nor its code nor the consent', async () => {
      const { accountId, clientId } = await seed(store());
      const orphan = pending({ accountId: 'unknown', clientId });
      await expect(store().grants.create({ ...orphan, consent: consentTo(['openid']) })).rejects.toThrow(
        OwnerGone,
      );

      const { code } = await seedGrant(store());
      const clash = pending({ accountId, clientId }, { code: { hash: code.hash } });
      await expect(store().grants.create({ ...clash, consent: consentTo(['openid']) })).rejects.toThrow();
      expect(await store().grants.find(clash.grant.id)).toBeUndefined();
      expect(await store().consents.find(accountId, clientId)).toEqual([]);
    });

    it('revokes a grant once and keeps the time', async () => {
      const { grant } = await seedGrant(store());
      expect(await store().grants.revoke(grant.id, NOW + 1)).toBe('revoked');
      expect(await store().grants.revoke(grant.id, NOW + 2)).toBe('alreadyRevoked');
      expect((await store().grants.find(grant.id))?.grant.revokedAt).toBe(NOW + 1);
      expect(await store().grants.revoke('none', NOW)).toBe('missing');
    });
  });

  describe('authorization codes', () => {
    it('redeems a code and adds the tokens in the same unit', async () => {
      const { grant, code } = await seedGrant(store());
      const issued = tokens(grant.id);
      expect(await store().grants.redeemCode(code.hash, issued, NOW + 1)).toBe('redeemed');

      expect((await store().grants.findCode(code.hash))?.code.spentAt).toBe(NOW + 1);
      const account = await store().accounts.find(grant.accountId);
      expect(await store().grants.findOpaqueAccessToken(issued.accessToken.hash)).toEqual({
        grant,
        account,
        token: issued.accessToken,
      });
      expect(await store().grants.findRefreshToken(issued.refreshToken)).toEqual({
        grant,
        account,
        token: {
          state: 'current',
          binding: 'none',
          createdAt: NOW,
          expiresAt: issued.refreshToken.expiresAt,
        },
      });
    });

    it('redeems a code whose tokens have no rows', async () => {
      const { grant, code } = await seedGrant(store());
      const nothing = noTokens(grant.id);
      expect(await store().grants.redeemCode(code.hash, nothing, NOW)).toBe('redeemed');
      expect(await store().grants.redeemCode(code.hash, nothing, NOW)).toBe('alreadyRedeemed');
    });

    it('refuses a code at its second use, adds nothing and revokes the grant (RFC 6749 §4.1.2)', async () => {
      const { grant, code } = await seedTokens(store());
      const second = tokens(grant.id);
      expect(await store().grants.redeemCode(code.hash, second, NOW + 2)).toBe('alreadyRedeemed');
      expect(await store().grants.findRefreshToken(second.refreshToken)).toBeUndefined();
      expect(await store().grants.findOpaqueAccessToken(second.accessToken.hash)).toBeUndefined();
      expect((await store().grants.find(grant.id))?.grant.revokedAt).toBe(NOW + 2);
      // A third use does not change the time.
      expect(await store().grants.redeemCode(code.hash, second, NOW + 3)).toBe('alreadyRedeemed');
      expect((await store().grants.find(grant.id))?.grant.revokedAt).toBe(NOW + 2);
    });

    it('refuses the unspent code of a revoked grant, and leaves it unspent', async () => {
      const { grant, code } = await seedGrant(store());
      await store().grants.revoke(grant.id, NOW);
      const issued = tokens(grant.id);
      expect(await store().grants.redeemCode(code.hash, issued, NOW + 1)).toBe('alreadyRedeemed');
      expect(await store().grants.findRefreshToken(issued.refreshToken)).toBeUndefined();
      const found = await store().grants.findCode(code.hash);
      expect(found?.code.spentAt).toBeNull();
      expect(found?.grant.revokedAt).toBe(NOW);
    });

    it('reports an unknown code', async () => {
      expect(await store().grants.redeemCode('none', noTokens('none'), NOW)).toBe('missing');
    });

    it('does not spend a code whose tokens cannot be added', async () => {
      const { refreshToken } = await seedTokens(store());
      const { grant, code } = await seedGrant(store());
      const clash = { ...tokens(grant.id), refreshToken };
      await expect(store().grants.redeemCode(code.hash, clash, NOW)).rejects.toThrow();
      expect((await store().grants.findCode(code.hash))?.code.spentAt).toBeNull();
      expect(await store().grants.findOpaqueAccessToken(clash.accessToken.hash)).toBeUndefined();
      expect(await store().grants.redeemCode(code.hash, tokens(grant.id), NOW)).toBe('redeemed');
    });
  });

  describe('a grant of a developer', () => {
    const personal = (owner: { accountId: string; clientId: string }) => {
      const written = ofDeveloper(owner);
      const event = describeEvent({ type: 'personal_access_token.issued', grantId: written.grant.id });
      return { ...written, event };
    };
    const create = (command: ReturnType<typeof personal>) => store().grants.create(command);
    const isLive = async (grantId: string) => (await store().grants.find(grantId))?.grant.revokedAt === null;

    it('is returned as it was written, with a token and without a code', async () => {
      const { grant, tokens: written } = personal(await seed(store()));
      await store().grants.create({ grant, tokens: written });
      expect(await store().grants.findOpaqueAccessToken(written.accessToken.hash)).toEqual({
        grant,
        account: await store().accounts.find(grant.accountId),
        token: written.accessToken,
      });
    });

    it('revokes the previous one, and none of another origin, account or client', async () => {
      const owner = await seed(store());
      const [ordinary, elsewhere] = [pending(owner), personal(await seed(store()))];
      await store().grants.create(ordinary);
      const [first, second] = [personal(owner), personal(owner)];
      for (const one of [elsewhere, first, second]) expect(await create(one)).toBe('created');
      expect(await isLive(first.grant.id)).toBe(false);
      for (const { grant } of [ordinary, elsewhere, second]) expect(await isLive(grant.id)).toBe(true);
      expect(await store().grants.findOpaqueAccessToken(second.tokens.accessToken.hash)).toMatchObject({
        grant: second.grant,
      });
    });

    it('is the only live one of twenty that are created at once', async () => {
      const owner = await seed(store());
      const all = Array.from({ length: 20 }, () => personal(owner));
      await Promise.all(all.map(create));
      const live = await Promise.all(all.map(({ grant }) => isLive(grant.id)));
      expect(live.filter((alive) => alive)).toHaveLength(1);
    });

    it('is not written if the client is disabled or deleted, and then the previous one stays', async () => {
      const owner = await seed(store());
      const [first, second] = [personal(owner), personal(owner)];
      await create(first);
      await store().clients.update(owner.clientId, { enabled: false, updatedAt: NOW });
      expect(await create(second)).toBe('originEnded');
      expect(await store().grants.find(second.grant.id)).toBeUndefined();
      expect(await isLive(first.grant.id)).toBe(true);
      await store().clients.delete(owner.clientId);
      expect(await create(second)).toBe('originEnded');
    });

    it('is not written if the secret that authenticated the client has been rotated since', async () => {
      const owner = await seed(store());
      const [before, after] = [personal(owner), personal(owner)];
      const rotation = { secretHash: 'other', sealedSecret: null, modifiedBy: 'another user', now: NOW };
      const rotate = (previousExpiresAt: number | null) =>
        store().clients.rotateSecret(owner.clientId, { ...rotation, previousExpiresAt }, () => {});
      await rotate(NOW + 60);
      expect(await create(before)).toBe('created');
      await rotate(null);
      expect(await create(after)).toBe('originEnded');
      expect(await store().grants.find(after.grant.id)).toBeUndefined();
    });
  });

  describe('opaque access tokens', () => {
    it('revokes one token and not its grant and its refresh token (RFC 7009 §2.1)', async () => {
      const { grant, accessToken, refreshToken } = await seedTokens(store());
      expect(await store().grants.deleteOpaqueAccessToken(accessToken.hash)).toBe('deleted');
      expect(await store().grants.findOpaqueAccessToken(accessToken.hash)).toBeUndefined();
      expect(await store().grants.deleteOpaqueAccessToken(accessToken.hash)).toBe('missing');
      expect((await store().grants.find(grant.id))?.grant.revokedAt).toBeNull();
      expect(await store().grants.findRefreshToken(refreshToken)).toBeDefined();
    });

    it('reports an unknown token', async () => {
      expect(await store().grants.deleteOpaqueAccessToken('none')).toBe('missing');
    });
  });
}
