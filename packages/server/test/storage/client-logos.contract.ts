import { describe, expect, it } from 'vitest';
import type { Store } from '../../src/storage/ports/index.js';
import { client, NOW } from './fixtures.js';

const logo = (text: string) => `data:image/png;base64,${Buffer.from(text).toString('base64')}`;

export function clientLogosContract(store: () => Store): void {
  describe('the logos of clients', () => {
    it('come and go with what is written of their client, and stay where nothing is said of them', async () => {
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

    it('go with their client', async () => {
      const app = client();
      await store().clients.create(app, { logo: logo('x') });
      await store().clients.delete(app.id);
      expect(await store().clientLogos.find(app.id)).toBeUndefined();
    });

    it('are found for many clients at once, whoever has none', async () => {
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

    it('are not written where the ID is taken', async () => {
      const app = client();
      await store().clients.create(app);
      expect(await store().clients.create(app, { logo: logo('thief') })).toBe('idTaken');
      expect(await store().clientLogos.find(app.id)).toBeUndefined();
    });
  });
}
