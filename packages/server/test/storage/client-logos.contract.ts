import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/storage/ports/index.js';
import { client, NOW } from './fixtures.js';

const logo = (text: string) => `data:image/png;base64,${Buffer.from(text).toString('base64')}`;

export function clientLogosContract(store: () => Store): void {
  describe('the logos of clients', () => {
    it('change with their client, and stay if a change of the client does not name them', async () => {
      const app = client();
      await store().clients.create(app, { logo: logo('first') });
      expect(await store().clientLogos.find(app.id)).toBe(logo('first'));
      await store().clients.update(app.id, { name: 'Renamed', updatedAt: NOW });
      expect(await store().clientLogos.find(app.id)).toBe(logo('first'));
      await store().clients.update(app.id, { logo: logo('second'), updatedAt: NOW });
      expect(await store().clientLogos.find(app.id)).toBe(logo('second'));
      await store().clients.update(app.id, { logo: null, updatedAt: NOW });
      expect(await store().clientLogos.find(app.id)).toBeUndefined();
    });

    it('are deleted with their client', async () => {
      const app = client();
      await store().clients.create(app, { logo: logo('x') });
      await store().clients.delete(app.id);
      expect(await store().clientLogos.find(app.id)).toBeUndefined();
    });

    it('are found for many clients at once, with or without consents', async () => {
      const apps = Array.from({ length: 60 }, () => client());
      await Promise.all(
        apps.map((app, index) => store().clients.create(app, index % 2 === 0 ? { logo: logo(app.id) } : {})),
      );
      const found = await store().clientLogos.findAll(apps.map(({ id }) => id));
      expect(found).toEqual(
        new Map(apps.filter((_, index) => index % 2 === 0).map(({ id }) => [id, logo(id)])),
      );
      expect(await store().clientLogos.findAll([])).toEqual(new Map());
    });

    it('are not written if the ID is taken', async () => {
      const app = client();
      await store().clients.create(app);
      expect(await store().clients.create(app, { logo: logo('thief') })).toBe('idTaken');
      expect(await store().clientLogos.find(app.id)).toBeUndefined();
    });
  });

  describe('copies of logos at other servers', () => {
    const uri = 'https://app.example.com/logo.png';
    const at = (now: number) => ({ now, changedBefore: now - 60, failedBefore: now - 3600 });
    const copies = () => store().clientLogoCopies;

    it('are claimed by one of many simultaneous requests', async () => {
      const app = client();
      await store().clients.create(app);
      const claims = await Promise.all(Array.from({ length: 6 }, () => copies().claim(app.id, uri, at(NOW))));
      expect(claims.filter((claimed) => claimed)).toHaveLength(1);
      expect(await copies().find(app.id)).toEqual({ logoUri: uri, askedAt: NOW, version: null });
    });

    it('are claimed again after a while if there is no copy, and for another address', async () => {
      const app = client();
      await store().clients.create(app);
      await copies().claim(app.id, uri, at(NOW));
      expect(await copies().claim(app.id, uri, at(NOW + 3599))).toBe(false);
      expect(await copies().claim(app.id, uri, at(NOW + 3600))).toBe(true);
      await copies().keep(app.id, uri, { version: '1', dataUri: logo('copy') });
      expect(await copies().claim(app.id, uri, at(NOW + 10_000))).toBe(false);
      expect(await copies().claim(app.id, `${uri}?2`, at(NOW + 3659))).toBe(false);
      expect(await copies().claim(app.id, `${uri}?2`, at(NOW + 3660))).toBe(true);
      expect(await copies().findData(app.id, uri)).toBeUndefined();
    });

    it('are stored for the requested address only, and are deleted with their client', async () => {
      const app = client();
      await store().clients.create(app);
      await copies().claim(app.id, uri, at(NOW));
      await copies().keep(app.id, `${uri}?other`, { version: '1', dataUri: logo('other') });
      expect(await copies().find(app.id)).toMatchObject({ version: null });
      await copies().keep(app.id, uri, { version: '2', dataUri: logo('copy') });
      expect(await copies().find(app.id)).toMatchObject({ version: '2' });
      expect(await copies().findData(app.id, uri)).toBe(logo('copy'));
      expect(await copies().findData(app.id, `${uri}?other`)).toBeUndefined();
      await store().clients.delete(app.id);
      expect(await copies().find(app.id)).toBeUndefined();
    });
  });
}
