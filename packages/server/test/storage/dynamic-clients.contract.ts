import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ClientRecord, NewDynamicClient, Store } from '../../src/storage/ports/index.js';
import { atOnce, client, consentTo, countOf, NOW, pending, seed } from './fixtures.js';

/** A registration with a unique hash. */
function registration(fields: Partial<NewDynamicClient> = {}): NewDynamicClient {
  return {
    client: client({ secretHash: null, authenticationMethod: 'none' }),
    tokenHash: randomUUID(),
    initialTokenHash: null,
    fingerprint: null,
    isSame: () => true,
    ...fields,
  };
}

export function dynamicClientsContract(store: () => Store): void {
  const initialToken = async (fields: { expiresAt?: number | null; usesLeft?: number | null } = {}) => {
    const token = { id: randomUUID(), name: 'CI', hash: randomUUID(), createdAt: NOW };
    await store().initialTokens.create({ ...token, expiresAt: null, usesLeft: null, ...fields });
    return token;
  };

  describe('dynamic clients', () => {
    it('finds a client by its registration access token, and knows that it registered itself', async () => {
      const asked = registration();
      expect(await store().dynamicClients.register(asked)).toEqual({
        outcome: 'created',
        client: asked.client,
      });
      expect(await store().dynamicClients.find(asked.tokenHash)).toEqual(asked.client);
      expect(await store().dynamicClients.find(randomUUID())).toBeUndefined();
      expect(await store().dynamicClients.isDynamic(asked.client.id)).toBe(true);
      const { clientId } = await seed(store());
      expect(await store().dynamicClients.isDynamic(clientId)).toBe(false);
    });

    it('makes one client of many simultaneous equal registrations, each with a token of its own', async () => {
      const fingerprint = randomUUID();
      const asked = Array.from({ length: 8 }, () => registration({ fingerprint }));
      const outcomes = await atOnce(8, (index) =>
        store().dynamicClients.register(asked[index] ?? registration()),
      );
      expect(
        countOf(
          outcomes.map(({ outcome }) => outcome),
          'created',
        ),
      ).toBe(1);
      const found = await Promise.all(asked.map(({ tokenHash }) => store().dynamicClients.find(tokenHash)));
      expect(new Set(found.map((one) => one?.id)).size).toBe(1);
    });

    it('does not recognise a client that was changed', async () => {
      const fingerprint = randomUUID();
      const [before, after] = [registration({ fingerprint }), registration({ fingerprint })];
      await store().dynamicClients.register(before);
      const isSame = (other: ClientRecord) => other.id !== before.client.id;
      expect(await store().dynamicClients.register({ ...after, isSame })).toMatchObject({
        outcome: 'created',
      });
      const again = await store().dynamicClients.register(registration({ fingerprint }));
      expect(again).toMatchObject({ outcome: 'recognised', client: { id: after.client.id } });
    });

    it('keeps the newest twenty registrations of a shared client', async () => {
      const fingerprint = randomUUID();
      const asked = Array.from({ length: 22 }, (_, index) =>
        registration({ fingerprint, client: client({ createdAt: NOW + index }) }),
      );
      for (const one of asked) await store().dynamicClients.register(one);
      const found = await Promise.all(asked.map(({ tokenHash }) => store().dynamicClients.find(tokenHash)));
      expect(found.map((one) => one !== undefined)).toEqual(asked.map((_, index) => index >= 2));
    });

    it('changes a client by its token, and then does not recognise it', async () => {
      const fingerprint = randomUUID();
      const asked = registration({ fingerprint });
      await store().dynamicClients.register(asked);
      const change = (was: ClientRecord) => ({ name: `${was.name}!`, updatedAt: NOW + 1 });
      const changed = { ...asked.client, name: `${asked.client.name}!`, updatedAt: NOW + 1 };
      expect(await store().dynamicClients.update(asked.tokenHash, change)).toEqual(changed);
      expect(await store().dynamicClients.find(asked.tokenHash)).toEqual(changed);
      expect(await store().dynamicClients.update(randomUUID(), change)).toBe('missing');
      expect(await store().dynamicClients.register(registration({ fingerprint }))).toMatchObject({
        outcome: 'created',
      });
    });

    it('leaves a client unchanged if the change throws', async () => {
      const asked = registration();
      await store().dynamicClients.register(asked);
      const refuse = () => {
        throw new Error('no');
      };
      await expect(store().dynamicClients.update(asked.tokenHash, refuse)).rejects.toThrow('no');
      await expect(store().clients.update(asked.client.id, refuse)).rejects.toThrow('no');
      expect(await store().dynamicClients.find(asked.tokenHash)).toEqual(asked.client);
    });

    it('does not change or delete a shared client; deleting a registration leaves it to the others', async () => {
      const fingerprint = randomUUID();
      const [one, other] = [registration({ fingerprint }), registration({ fingerprint })];
      await store().dynamicClients.register(one);
      await store().dynamicClients.register(other);
      const change = () => ({ name: 'Mine', updatedAt: NOW });
      expect(await store().dynamicClients.update(one.tokenHash, change)).toBe('shared');
      for (const { tokenHash } of [one, other]) {
        expect(await store().dynamicClients.remove(tokenHash)).toBe('removed');
        expect(await store().dynamicClients.find(tokenHash)).toBeUndefined();
      }
      expect(await store().clients.find(one.client.id)).toEqual(one.client);
    });

    it('deletes a client with a single owner', async () => {
      const asked = registration();
      await store().dynamicClients.register(asked);
      expect(await store().dynamicClients.remove(asked.tokenHash)).toBe('removed');
      expect(await store().clients.find(asked.client.id)).toBeUndefined();
      expect(await store().dynamicClients.find(asked.tokenHash)).toBeUndefined();
      expect(await store().dynamicClients.remove(asked.tokenHash)).toBe('missing');
    });

    it('purges clients that no user allowed anything in time, and no others', async () => {
      const at = (createdAt: number) => registration({ client: client({ createdAt }) });
      const [unused, granted, consented, young] = [at(1), at(1), at(1), at(1000)];
      for (const one of [unused, granted, consented, young]) await store().dynamicClients.register(one);
      const { accountId, clientId: managed } = await seed(store());
      const { grant, code } = pending({ accountId, clientId: granted.client.id });
      await store().grants.create({ grant, code });
      await store().consents.add(accountId, consented.client.id, consentTo(['openid']), NOW);

      while ((await store().dynamicClients.purgeUnused(1000, 1)) > 0);

      expect(await store().clients.find(unused.client.id)).toBeUndefined();
      for (const { client: kept } of [granted, consented, young]) {
        expect(await store().clients.find(kept.id)).toEqual(kept);
      }
      expect(await store().clients.find(managed)).toBeDefined();
    });

    it('purges no used client, also if there are more than one batch takes', async () => {
      const used = Array.from({ length: 5 }, () => registration({ client: client({ createdAt: 1 }) }));
      const { accountId } = await seed(store());
      for (const one of used) {
        await store().dynamicClients.register(one);
        await store().consents.add(accountId, one.client.id, consentTo(['openid']), NOW);
      }
      while ((await store().dynamicClients.purgeUnused(1000, 2)) > 0);
      for (const { client: kept } of used) expect(await store().clients.find(kept.id)).toEqual(kept);
    });
  });

  describe('initial access tokens', () => {
    it('are spent once for each use in simultaneous requests', async () => {
      const { hash } = await initialToken({ usesLeft: 3 });
      const outcomes = await atOnce(8, () =>
        store().dynamicClients.register(registration({ initialTokenHash: hash })),
      );
      const counts = outcomes.map(({ outcome }) => outcome);
      expect([countOf(counts, 'created'), countOf(counts, 'tokenRefused')]).toEqual([3, 5]);
      expect(await store().initialTokens.find(hash, NOW)).toBeUndefined();
    });

    it('have no expiry and no use limit by default', async () => {
      const { hash, id } = await initialToken();
      for (let use = 0; use < 3; use += 1) {
        const outcome = await store().dynamicClients.register(registration({ initialTokenHash: hash }));
        expect(outcome.outcome).toBe('created');
      }
      expect(await store().initialTokens.find(hash, NOW * 2)).toMatchObject({ id, usesLeft: null });
    });

    it('are refused from the second of their expiry', async () => {
      const { hash } = await initialToken({ expiresAt: NOW });
      expect(await store().initialTokens.find(hash, NOW - 1)).toBeDefined();
      expect(await store().initialTokens.find(hash, NOW)).toBeUndefined();
      const asked = registration({ initialTokenHash: hash });
      expect(await store().dynamicClients.register(asked)).toEqual({ outcome: 'tokenRefused' });
      expect(await store().clients.find(asked.client.id)).toBeUndefined();
    });

    it('are listed, deleted, and purged when expired or used up', async () => {
      const [kept, spent, expired] = [
        await initialToken({ usesLeft: 1, expiresAt: NOW + 1 }),
        await initialToken({ usesLeft: 0 }),
        await initialToken({ expiresAt: NOW }),
      ];
      const ids = async () => (await store().initialTokens.list()).map(({ id }) => id);
      expect(await ids()).toEqual(expect.arrayContaining([kept.id, spent.id, expired.id]));
      while ((await store().initialTokens.purge(NOW, 1)) > 0);
      const left = await ids();
      expect(left).toContain(kept.id);
      expect(left).not.toContain(spent.id);
      expect(left).not.toContain(expired.id);
      expect(await store().initialTokens.delete(kept.id)).toBe('deleted');
      expect(await store().initialTokens.delete(kept.id)).toBe('missing');
    });
  });
}
