import { describe, expect, it } from 'vitest';
import type { ClientRecord, SecretRotation, Store } from '../../src/storage/ports/index.js';
import { client, consentTo, NOW, pending, seed } from './fixtures.js';

/** The secrets of apps. */
export function clientSecretsContract(store: () => Store): void {
  async function add(fields: Partial<ClientRecord> = {}): Promise<ClientRecord> {
    const app = client({ secretHash: 'first', sealedSecret: 'sealed first', ...fields });
    await store().clients.create(app);
    return app;
  }

  const to = (name: string, fields: Partial<SecretRotation> = {}): SecretRotation => ({
    secretHash: name,
    sealedSecret: `sealed ${name}`,
    previousExpiresAt: NOW + 600,
    modifiedBy: 'another user',
    now: NOW + 1,
    ...fields,
  });
  const nothing = () => {};

  describe('secrets of apps', () => {
    it('keep the previous secret until its deadline, and no third one', async () => {
      const app = await add();
      const second = {
        ...app,
        secretHash: 'second',
        sealedSecret: 'sealed second',
        previousSecret: { hash: 'first', sealed: 'sealed first', expiresAt: NOW + 600 },
        modifiedBy: 'another user',
        updatedAt: NOW + 1,
      };
      expect(await store().clients.rotateSecret(app.id, to('second'), nothing)).toEqual(second);
      expect(await store().clients.find(app.id)).toEqual(second);
      const third = await store().clients.rotateSecret(
        app.id,
        to('third', { previousExpiresAt: NOW + 60 }),
        nothing,
      );
      expect(third).toMatchObject({
        secretHash: 'third',
        previousSecret: { hash: 'second', sealed: 'sealed second', expiresAt: NOW + 60 },
        credentialsVersion: app.credentialsVersion,
      });
    });

    it('end at once, with the previous secret and all grants and tokens of the app, in the same unit', async () => {
      const owner = await seed(store());
      const { grant, code } = pending(owner);
      await store().grants.create({ grant, code, consent: consentTo(['openid']) });
      const app = await store().clients.find(owner.clientId);
      await store().clients.rotateSecret(owner.clientId, to('second'), nothing);
      expect((await store().grants.find(grant.id))?.grant.revokedAt).toBeNull();
      const at = to('third', { previousExpiresAt: null, now: NOW + 5 });
      expect(await store().clients.rotateSecret(owner.clientId, at, nothing)).toMatchObject({
        secretHash: 'third',
        previousSecret: null,
        credentialsVersion: (app?.credentialsVersion ?? 0) + 1,
      });
      expect((await store().grants.find(grant.id))?.grant.revokedAt).toBe(NOW + 5);
      expect(await store().consents.find(owner.accountId, owner.clientId)).toEqual(consentTo(['openid']));
    });

    it('stay unchanged if the check of the app fails, and if there is none', async () => {
      const app = await add();
      const refused = store().clients.rotateSecret(
        app.id,
        to('second', { previousExpiresAt: null }),
        (current) => {
          expect(current).toEqual(app);
          throw new Error('not theirs');
        },
      );
      await expect(refused).rejects.toThrow('not theirs');
      expect(await store().clients.find(app.id)).toEqual(app);
      expect(await store().clients.rotateSecret('none', to('second'), nothing)).toBe('missing');
    });

    it('are rotated one after the other in simultaneous requests', async () => {
      const app = await add();
      const names = Array.from({ length: 20 }, (_, index) => `race ${index}`);
      const rotated = await Promise.all(
        names.map((name) => store().clients.rotateSecret(app.id, to(name), nothing)),
      );
      const seen = rotated.map((after) => (after === 'missing' ? after : after.previousSecret?.hash));
      const last = await store().clients.find(app.id);
      // Each rotation had another previous secret: none was skipped.
      expect(seen).toHaveLength(20);
      expect(new Set([...seen, last?.secretHash])).toEqual(new Set([...names, 'first']));
    });

    it('are purged when expired, up to the limit', async () => {
      const early = NOW - 1_000_000;
      for (let index = 0; index < 3; index += 1) {
        const app = await add();
        await store().clients.rotateSecret(app.id, to('second', { previousExpiresAt: early }), nothing);
      }
      const late = await add();
      await store().clients.rotateSecret(late.id, to('second', { previousExpiresAt: early + 1 }), nothing);
      expect(await store().clients.purgePreviousSecrets(early - 1, 10)).toBe(0);
      expect(await store().clients.purgePreviousSecrets(early, 2)).toBe(2);
      expect(await store().clients.purgePreviousSecrets(early, 2)).toBe(1);
      expect(await store().clients.purgePreviousSecrets(early, 2)).toBe(0);
      expect((await store().clients.find(late.id))?.previousSecret).toMatchObject({ hash: 'first' });
      expect(await store().clients.purgePreviousSecrets(early + 1, 2)).toBe(1);
      expect(await store().clients.find(late.id)).toMatchObject({
        secretHash: 'second',
        sealedSecret: 'sealed second',
        previousSecret: null,
      });
    });

    it('are encrypted again as previous secrets, too, wherever a rotation has moved them meanwhile', async () => {
      const app = await add();
      await store().clients.rotateSecret(app.id, to('second'), nothing);
      const page = await store().sealedSecrets.list(app.id.slice(0, -1), 1);
      expect(page).toEqual([
        { clientId: app.id, sealed: 'sealed second' },
        { clientId: app.id, sealed: 'sealed first' },
      ]);
      expect(await store().sealedSecrets.reseal(app.id, 'sealed first', 'again first')).toBe('resealed');
      expect(await store().clients.find(app.id)).toMatchObject({
        sealedSecret: 'sealed second',
        previousSecret: { hash: 'first', sealed: 'again first' },
      });
      await store().clients.rotateSecret(app.id, to('third'), nothing);
      expect(await store().sealedSecrets.reseal(app.id, 'sealed second', 'again second')).toBe('resealed');
      expect(await store().sealedSecrets.reseal(app.id, 'sealed first', 'late')).toBe('changedMeanwhile');
      expect(await store().clients.find(app.id)).toMatchObject({
        sealedSecret: 'sealed third',
        previousSecret: { hash: 'second', sealed: 'again second' },
      });
    });
  });
}
