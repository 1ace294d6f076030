import { describe, expect, it } from 'vitest';
import type {
  ConsentCursor,
  ConsentRecord,
  ConsentStore,
  GrantFilter,
  ListedGrant,
  Page,
  PageRequest,
  Store,
} from '../../src/storage/ports/index.js';
import {
  atOnce,
  type Backend,
  client,
  consentTo,
  NOW,
  ofDeveloper,
  pending,
  seed,
  seedGrant,
} from './fixtures.js';
import { signedInRows, upgraded } from './upgrade.js';

export function consentsContract(store: () => Store, backend: Backend): void {
  describe('consents', () => {
    it('starts empty and adds to what was allowed', async () => {
      const { accountId, clientId } = await seed(store());
      expect(await store().consents.find(accountId, clientId)).toEqual([]);
      await store().consents.add(accountId, clientId, consentTo(['openid', 'email']), NOW);
      await store().consents.add(accountId, clientId, consentTo(['email', 'drive 📁']), NOW + 1);
      const scopes = await store().consents.find(accountId, clientId);
      expect(scopes).toEqual(consentTo(['email', 'openid', 'drive 📁']));
    });

    it('keeps every scope of many simultaneous additions', async () => {
      const { accountId, clientId } = await seed(store());
      await atOnce(20, (index) =>
        store().consents.add(accountId, clientId, consentTo([`s${index}`, 'openid', 'a']), NOW),
      );
      expect(await store().consents.find(accountId, clientId)).toHaveLength(22);
    });

    it('keeps what one user allowed apart from other users and other apps', async () => {
      const one = await seed(store());
      const other = await seed(store());
      await store().consents.add(one.accountId, one.clientId, consentTo(['openid']), NOW);
      expect(await store().consents.find(one.accountId, other.clientId)).toEqual([]);
      expect(await store().consents.find(other.accountId, one.clientId)).toEqual([]);
    });

    it('stores what was allowed together with the grant', async () => {
      const owner = await seed(store());
      const { grant, code } = pending(owner);
      await store().consents.add(owner.accountId, owner.clientId, consentTo(['openid']), NOW);
      await store().grants.create({ grant, code, consent: consentTo(['openid', 'email']) });
      const scopes = await store().consents.find(owner.accountId, owner.clientId);
      expect(scopes).toEqual(consentTo(['email', 'openid']));
    });

    it('withdraws consent and revokes the grants of the user to the client, and no others', async () => {
      const { grant } = await seedGrant(store());
      const second = ofDeveloper({ accountId: grant.accountId, clientId: grant.clientId });
      await store().grants.create({ ...second, consent: consentTo(['openid']) });
      const bystander = await seedGrant(store());

      expect(await store().consents.withdraw(grant.accountId, grant.clientId, NOW + 3)).toBe('withdrawn');
      expect(await store().consents.find(grant.accountId, grant.clientId)).toEqual([]);
      for (const id of [grant.id, second.grant.id]) {
        expect((await store().grants.find(id))?.grant.revokedAt).toBe(NOW + 3);
      }
      expect((await store().grants.find(bystander.grant.id))?.grant.revokedAt).toBeNull();
    });

    it('revokes grants without a stored consent', async () => {
      const { grant } = await seedGrant(store());
      expect(await store().consents.withdraw(grant.accountId, grant.clientId, NOW)).toBe('withdrawn');
      expect((await store().grants.find(grant.id))?.grant.revokedAt).toBe(NOW);
    });

    it('reports that there was nothing to revoke, and keeps the time of earlier revocations', async () => {
      const { grant } = await seedGrant(store());
      await store().consents.withdraw(grant.accountId, grant.clientId, NOW);
      expect(await store().consents.withdraw(grant.accountId, grant.clientId, NOW + 9)).toBe('missing');
      expect((await store().grants.find(grant.id))?.grant.revokedAt).toBe(NOW);
    });

    it('withdraws scopes that an older version left without their consent', async () => {
      const older = await upgraded(backend, 'consents-of-items', [
        ...signedInRows,
        `INSERT INTO consent_items (account_id, client_id, resource, scope, granted_at)
          VALUES ('ada', 'app', '', 'openid', ${NOW})`,
      ]);
      expect(await older.consents.withdraw('ada', 'app', NOW)).toBe('withdrawn');
      expect(await older.consents.find('ada', 'app')).toEqual([]);
      expect(await older.consents.withdraw('ada', 'app', NOW)).toBe('missing');
      await older.close();
    });

    it('keeps a consent consistent with its scopes: added, added with a grant, withdrawn', async () => {
      const owner = await seed(store());
      const { accountId, clientId } = owner;
      const listed = async () => {
        const ofAccount = await store().consents.listOfAccount(accountId, { limit: 5, after: null });
        const ofClient = await store().consents.listOfClient(clientId, { limit: 5, after: null });
        const plain = ({ items, modifiedAt }: ConsentRecord) => ({
          items: items.map(({ name, allowedAt }) => [name, allowedAt]),
          modifiedAt,
        });
        expect(ofClient.items.map(plain)).toEqual(ofAccount.items.map(plain));
        return ofAccount.items.map(plain);
      };
      expect(await listed()).toEqual([]);
      await store().consents.add(accountId, clientId, [], NOW);
      expect(await listed()).toEqual([]);
      await store().consents.add(accountId, clientId, consentTo(['openid']), NOW);
      expect(await listed()).toEqual([{ items: [['openid', NOW]], modifiedAt: NOW }]);
      const { grant, code } = pending(owner, { grant: { createdAt: NOW + 5 } });
      await store().grants.create({ grant, code, consent: consentTo(['email']) });
      expect(await listed()).toEqual([
        {
          items: [
            ['openid', NOW],
            ['email', NOW + 5],
          ],
          modifiedAt: NOW + 5,
        },
      ]);
      expect(await store().consents.inspect(accountId, clientId)).toEqual([
        { resource: null, name: 'openid', allowedAt: NOW },
        { resource: null, name: 'email', allowedAt: NOW + 5 },
      ]);
      await store().consents.withdraw(accountId, clientId, NOW + 6);
      expect(await listed()).toEqual([]);
    });

    it('keeps the time of what was allowed before, until it has expired', async () => {
      const owner = await seed(store());
      const { accountId, clientId } = owner;
      const allow = (createdAt: number, seconds?: number) => {
        const { grant, code } = pending(owner, { grant: { createdAt } });
        const [item] = consentTo(['openid']);
        const consent = item === undefined ? [] : [{ ...item, seconds }, ...consentTo(['email'])];
        return store().grants.create({ grant, code, consent });
      };
      const times = async () => {
        const items = await store().consents.inspect(accountId, clientId);
        return Object.fromEntries(items.map(({ name, allowedAt }) => [name, allowedAt]));
      };
      await allow(NOW);
      await allow(NOW + 100);
      expect(await times()).toEqual({ openid: NOW, email: NOW });
      await allow(NOW + 99, 100);
      expect(await times()).toEqual({ openid: NOW, email: NOW });
      await allow(NOW + 100, 100);
      expect(await times()).toEqual({ openid: NOW + 100, email: NOW });
    });

    it('deletes a consent with its app and with its user', async () => {
      const [one, other] = [await seed(store()), await seed(store())];
      for (const { accountId, clientId } of [one, other]) {
        await store().consents.add(accountId, clientId, consentTo(['openid']), NOW);
      }
      await store().clients.delete(one.clientId);
      const page = { limit: 5, after: null };
      expect((await store().consents.listOfAccount(one.accountId, page)).items).toEqual([]);
      await store().accounts.delete(other.accountId, NOW);
      expect((await store().consents.listOfClient(other.clientId, page)).items).toEqual([]);
    });

    it('never keeps scopes without their consent, or a consent without scopes, in simultaneous requests', async () => {
      const { accountId, clientId } = await seed(store());
      await atOnce(30, async (index) => {
        if (index % 3 === 0) await store().consents.withdraw(accountId, clientId, NOW);
        else await store().consents.add(accountId, clientId, consentTo([`s${index}`]), NOW);
      });
      const scopes = await store().consents.find(accountId, clientId);
      const listed = await store().consents.listOfAccount(accountId, { limit: 5, after: null });
      expect(listed.items.map(({ items }) => items.map(({ name }) => name))).toEqual(
        scopes.length === 0 ? [] : [scopes.map(({ name }) => name)],
      );
    });

    it('lists the last changed first, with the app and the user, and loses none within one second', async () => {
      const { accountId } = await seed(store());
      const clients = [];
      for (const offset of [2, 1, 1, 1, 3]) {
        const app = client({ name: `App ${offset}` });
        await store().clients.create(app);
        await store().consents.add(accountId, app.id, consentTo(['openid']), NOW + offset);
        clients.push({ id: app.id, offset });
      }
      const seen: string[] = [];
      let after: ConsentCursor | null = null;
      do {
        const page: Awaited<ReturnType<ConsentStore['listOfAccount']>> = await store().consents.listOfAccount(
          accountId,
          { limit: 2, after },
        );
        for (const item of page.items) {
          expect(item.client.id).toBe(item.clientId);
          seen.push(item.clientId);
        }
        after = page.next;
      } while (after !== null);
      const expected = clients.toSorted((a, b) => b.offset - a.offset || (a.id < b.id ? 1 : -1));
      expect(seen).toEqual(expected.map(({ id }) => id));
      // Without an ID, the cursor means all that are older.
      const older = await store().consents.listOfAccount(accountId, {
        limit: 5,
        after: { modifiedAt: NOW + 2, id: '' },
      });
      expect(older.items.map(({ modifiedAt }) => modifiedAt)).toEqual([NOW + 1, NOW + 1, NOW + 1]);
    });

    it('reports what was revoked, once', async () => {
      const { grant } = await seedGrant(store());
      const { accountId, clientId, id } = grant;
      await store().consents.add(accountId, clientId, consentTo(['openid', 'email']), NOW);
      const reported: unknown[] = [];
      const withdraw = () =>
        store().consents.withdraw(accountId, clientId, NOW, (withdrawn) => {
          reported.push(withdrawn);
          return undefined;
        });
      await withdraw();
      expect(await withdraw()).toBe('missing');
      expect(reported).toEqual([{ items: consentTo(['email', 'openid']), grantIds: [id] }]);
    });
  });

  describe('live grants', () => {
    it('are listed newest first by user, by app, and by both; revoked ones are not', async () => {
      const owner = await seed(store());
      const other = await seed(store());
      const mixed = { accountId: owner.accountId, clientId: other.clientId };
      const add = async (pair: typeof owner, createdAt: number) => {
        const { grant, code } = pending(pair, { grant: { createdAt } });
        await store().grants.create({ grant, code });
        return grant.id;
      };
      const first = await add(owner, NOW);
      const second = await add(mixed, NOW + 1);
      const third = await add(owner, NOW + 2);
      const foreign = await add(other, NOW + 3);
      await store().grants.revoke(await add(owner, NOW + 4), NOW + 5);
      const ids = async (filter: GrantFilter) => {
        const seen: string[] = [];
        let after: PageRequest['after'] = null;
        do {
          const page: Page<ListedGrant> = await store().grants.list({ limit: 1, after }, filter);
          seen.push(...page.items.map(({ id }) => id));
          after = page.next;
        } while (after !== null);
        return seen;
      };
      expect(await ids({ accountId: owner.accountId })).toEqual([third, second, first]);
      expect(await ids({ clientId: other.clientId })).toEqual([foreign, second]);
      expect(await ids(mixed)).toEqual([second]);
      expect(await store().grants.findLive(first)).toMatchObject({ id: first, clientName: 'Travel diary' });
      await store().grants.revoke(first, NOW);
      expect(await store().grants.findLive(first)).toBeUndefined();
    });
  });
}
