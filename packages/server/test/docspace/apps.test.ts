import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { addPortalUser, type Portal, startPortal } from './portal.js';
import { complete, type Document, make, unknown, uuid } from './portal-apps.js';
import { expectEmpty, expectProblem } from './responses.js';

/*
 * A part of the portal's contract, row by row. Where the server is better on purpose, the row says so.
 * The secret is shown once and never again; PUT accepts a part of the fields and returns the app.
 */
describe.each(databases)('the portal’s endpoints for one app and for a list on %s', (database) => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await startPortal({ database });
  });
  afterAll(() => portal.stop());

  describe.each(['/clients', '/oauth2/clients'])('below %s', (base) => {
    it('POST: 201 with the app and its secret; errors name each field and its kind', async () => {
      const response = await portal.developer.api('POST', base, complete);
      expect(response.status).toBe(201);
      const made = (await response.json()) as Document;
      expect(made).toMatchObject({
        name: 'My app',
        client_id: expect.stringMatching(uuid),
        client_secret: expect.stringMatching(/^[\w-]{43}$/),
        description: 'Does things',
        website_url: 'https://app.example.com',
        terms_url: 'https://app.example.com/terms',
        policy_url: 'https://app.example.com/privacy',
        logo: complete.logo,
        tenant: 1,
        redirect_uris: complete.redirect_uris,
        allowed_origins: complete.allowed_origins,
        logout_redirect_uris: ['https://app.example.com/bye'],
        scopes: complete.scopes,
        created_by: portal.developer.id,
        modified_by: portal.developer.id,
        is_public: true,
        enabled: true,
      });
      expect(made.authentication_methods).toEqual(expect.arrayContaining(['client_secret_post', 'none']));

      const refused = await portal.developer.api('POST', base, {
        ...complete,
        name: 'x'.repeat(257),
        website_url: 'not a url',
        scopes: ['files:fly'],
        redirect_uris: [],
        logo: 'data:text/html;base64,AAAA',
      });
      const { errors } = await expectProblem(refused, 400, 'Bad Request', base);
      const codes = Object.fromEntries(errors.map(({ field, code }) => [field.split('.')[0], code]));
      expect(codes).toMatchObject({ name: 'ErrorName', website_url: 'ErrorWrongURL', logo: 'ErrorPattern' });

      const scope = await portal.developer.api('POST', base, { ...complete, scopes: ['files:fly'] });
      expect((await expectProblem(scope, 400, 'Bad Request', base)).errors).toEqual([
        expect.objectContaining({ field: 'scopes.0', code: 'ErrorInvalidScope' }),
      ]);
      await expectProblem(await portal.developer.api('POST', base, '{"name":'), 400, 'Bad Request', base);
    });

    it('GET: pages by last_client_id and last_created_on, newest first, without a secret', async () => {
      const pager = await addPortalUser(portal.grantor, `pager-${base.length}`);
      const ids: string[] = [];
      for (let count = 0; count < 3; count += 1) ids.unshift((await make(pager)).client_id);
      const seen: string[] = [];
      let query = '?limit=2';
      for (let page = 0; page < 2; page += 1) {
        const response = await pager.api('GET', `${base}${query}`);
        expect(response.status).toBe(200);
        const text = await response.text();
        expect(text).not.toContain('client_secret"');
        const { data, limit, last_client_id, last_created_on } = JSON.parse(text) as {
          data: Document[];
          limit: number;
          last_client_id: string | null;
          last_created_on: string | null;
        };
        expect(limit).toBe(2);
        seen.push(...data.map((client) => client.client_id));
        if (page === 1) expect([last_client_id, last_created_on]).toEqual([null, null]);
        query = `?limit=2&last_client_id=${last_client_id}&last_created_on=${last_created_on}`;
      }
      expect(seen.toSorted()).toEqual(ids.toSorted());
      for (const limit of ['0', '51', 'x']) {
        await expectProblem(await pager.api('GET', `${base}?limit=${limit}`), 400, 'Bad Request', base);
      }
      expect(((await (await pager.api('GET', base)).json()) as { limit: number }).limit).toBe(30);
    });

    it('GET /{id}: the app to its developer and to administrators, 404 to others', async () => {
      const { client_id: id } = await make(portal.developer);
      for (const caller of [portal.developer, portal.admin]) {
        const response = await caller.api('GET', `${base}/${id}`);
        expect(response.status).toBe(200);
        const shown = (await response.json()) as Document;
        expect(shown.client_id).toBe(id);
        expect(shown.client_secret).toBeUndefined();
      }
      await expectProblem(
        await portal.stranger.api('GET', `${base}/${id}`),
        404,
        'Not Found',
        `${base}/${id}`,
      );
      await expectProblem(
        await portal.admin.api('GET', `${base}/${unknown}`),
        404,
        'Not Found',
        `${base}/${unknown}`,
      );
      await expectProblem(
        await portal.admin.api('GET', `${base}/no-uuid`),
        404,
        'Not Found',
        `${base}/no-uuid`,
      );
    });

    it('PUT /{id}: changes the sent fields; 404 for apps of others', async () => {
      const { client_id: id } = await make(portal.developer);
      const response = await portal.developer.api('PUT', `${base}/${id}`, {
        ...complete,
        name: 'Renamed',
        allow_pkce: false,
      });
      expect(response.status).toBe(200);
      const { modified_by: by } = (await response.json()) as Document;
      expect(by).toBe(portal.developer.id);
      expect(await (await portal.admin.api('GET', `${base}/${id}`)).json()).toMatchObject({
        name: 'Renamed',
        allow_pkce: false,
      });
      await expectProblem(
        await portal.stranger.api('PUT', `${base}/${id}`, { name: 'Mine' }),
        404,
        'Not Found',
        `${base}/${id}`,
      );
      await expectProblem(
        await portal.developer.api('PUT', `${base}/${id}`, { name: '' }),
        400,
        'Bad Request',
        `${base}/${id}`,
      );
    });

    it('DELETE /{id}: 200 without a body, then 404', async () => {
      const { client_id: id } = await make(portal.developer);
      await expectProblem(
        await portal.stranger.api('DELETE', `${base}/${id}`),
        404,
        'Not Found',
        `${base}/${id}`,
      );
      await expectEmpty(await portal.developer.api('DELETE', `${base}/${id}`));
      await expectProblem(
        await portal.developer.api('DELETE', `${base}/${id}`),
        404,
        'Not Found',
        `${base}/${id}`,
      );
    });
  });
});
