import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { addPortalUser, type Portal, startPortal } from './portal.js';
import { type Document, make, makeAppFor, unknown } from './portal-apps.js';
import { expectProblem } from './responses.js';

/*
 * A part of the portal's contract, row by row. Where the server is better on purpose, the row says so.
 */
describe.each(databases)('the portal’s endpoints for information and consents on %s', (database) => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await startPortal({ database });
  });
  afterAll(() => portal.stop());

  describe.each(['/clients', '/oauth2/clients'])('below %s', (base) => {
    it('GET /{id}/info and GET /info: apps without their settings; limit is required', async () => {
      const knower = await addPortalUser(portal.grantor, `knower-${base.length}`);
      const { client_id: id } = await make(knower);
      const response = await knower.api('GET', `${base}/${id}/info`);
      expect(response.status).toBe(200);
      const info = (await response.json()) as Document;
      expect(info).toMatchObject({ client_id: id, name: 'My app', is_public: true, public: true });
      for (const hidden of [
        'client_secret',
        'tenant',
        'redirect_uris',
        'allowed_origins',
        'logout_redirect_uris',
        'enabled',
      ]) {
        expect(info).not.toHaveProperty(hidden);
      }
      await expectProblem(
        await portal.stranger.api('GET', `${base}/${id}/info`),
        404,
        'Not Found',
        `${base}/${id}/info`,
      );
      const page = await knower.api('GET', `${base}/info?limit=1`);
      expect(await page.json()).toMatchObject({ data: [info], limit: 1 });
      await expectProblem(await knower.api('GET', `${base}/info`), 400, 'Bad Request', `${base}/info`);
    });

    it('GET /info: pages by the cursors of the page before', async () => {
      const knower = await addPortalUser(portal.grantor, `reader-${base.length}`);
      const ids = [await make(knower), await make(knower), await make(knower)].map((app) => app.client_id);
      const seen: string[] = [];
      let cursor = '';
      for (let page = 0; page < 3; page += 1) {
        const response = await knower.api('GET', `${base}/info?limit=1${cursor}`);
        const { data, last_client_id, last_created_on } = (await response.json()) as {
          data: Document[];
          last_client_id: string | null;
          last_created_on: string | null;
        };
        seen.push(...data.map((info) => info.client_id));
        if (page === 2) expect([last_client_id, last_created_on]).toEqual([null, null]);
        cursor = `&last_client_id=${last_client_id}&last_created_on=${last_created_on}`;
      }
      expect(seen.toSorted()).toEqual(ids.toSorted());
    });

    it('GET /{id}/public/info: without authentication', async () => {
      const { client_id: id } = await make(portal.developer);
      const response = await portal.call({}, 'GET', `${base}/${id}/public/info`);
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ client_id: id, name: 'My app' });
      const path = `${base}/${unknown}/public/info`;
      await expectProblem(await portal.call({}, 'GET', path), 404, 'Not Found', path);
      expect(
        (await portal.developer.api('PATCH', `${base}/${id}/activation`, { status: false })).status,
      ).toBe(200);
      expect((await portal.call({}, 'GET', `${base}/${id}/public/info`)).status).toBe(404);
    });
  });

  it.each(['/consents', '/oauth2/consents'])(
    'GET %s: what the caller allowed, newest first',
    async (path) => {
      const user = await addPortalUser(portal.grantor, `consenter-${path.length}`);
      const app = await makeAppFor(portal, portal.developer, user);
      await app.tokens({ scope: 'files:read rooms:write' });
      const response = await user.api('GET', `${path}?limit=10`);
      expect(response.status).toBe(200);
      const page = (await response.json()) as { data: { scopes: string; modified_at: string }[] };
      expect(page).toMatchObject({
        data: [
          {
            registered_client_id: app.id,
            scopes: expect.any(String),
            modified_at: expect.any(String),
            client: { client_id: app.id, name: 'My app' },
          },
        ],
        limit: 10,
        last_modified_on: null,
      });
      expect(page.data[0]?.scopes.split(' ').toSorted()).toEqual(['files:read', 'rooms:write']);
      await expectProblem(await user.api('GET', path), 400, 'Bad Request', path);
      expect((await portal.call({}, 'GET', `${path}?limit=10`)).status).toBe(401);
    },
  );
});
