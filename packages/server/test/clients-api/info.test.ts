import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { type ClientsApiServer, startClientsApiServer } from './support.js';

describe.each(databases)('the information about apps without their settings, on %s', (database) => {
  let server: ClientsApiServer;
  beforeAll(async () => {
    server = await startClientsApiServer({ database });
  });
  afterAll(() => server.stop());

  const fields = {
    description: 'A diary',
    website_url: 'https://app.example.com',
    terms_url: 'https://app.example.com/terms',
    policy_url: 'https://app.example.com/privacy',
    logout_redirect_uri: 'https://app.example.com/bye',
    allowed_origins: ['https://app.example.com'],
    scopes: ['files:read'],
  };

  describe.each(['/clients', '/oauth2/clients'])('below %s', (base) => {
    it('has only these fields for its developer and for administrators', async () => {
      const { developer, administrator, otherDeveloper } = server;
      const { client_id: id } = await developer.create(fields);
      const { created_on, modified_on } = await developer.show(id);
      for (const caller of [developer, administrator]) {
        expect(await (await caller.call('GET', `${base}/${id}/info`)).json()).toEqual({
          client_id: id,
          name: 'My app',
          description: 'A diary',
          website_url: 'https://app.example.com',
          terms_url: 'https://app.example.com/terms',
          policy_url: 'https://app.example.com/privacy',
          logo: null,
          authentication_methods: ['client_secret_post', 'client_secret_basic'],
          scopes: ['files:read'],
          is_public: true,
          public: true,
          created_on,
          created_by: developer.id,
          modified_on,
          modified_by: developer.id,
        });
      }
      expect((await otherDeveloper.call('GET', `${base}/${id}/info`)).status).toBe(404);
    });

    it('is the same without authentication, except for its creator', async () => {
      const { developer, anonymous } = server;
      const { client_id: id } = await developer.create(fields);
      const info = (await (await developer.call('GET', `${base}/${id}/info`)).json()) as object;
      const response = await anonymous.call('GET', `${base}/${id}/public/info`);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual({ ...info, created_by: null, modified_by: null });
    });

    it('is the same 404 for a disabled, an unknown and a deleted app', async () => {
      const { developer, anonymous } = server;
      const disabled = await developer.create();
      await developer.call('PATCH', `${base}/${disabled.client_id}/activation`, { status: false });
      const deleted = await developer.create();
      await developer.call('DELETE', `${base}/${deleted.client_id}`);
      const details = new Set<unknown>();
      for (const id of [disabled.client_id, deleted.client_id, '00000000-0000-4000-8000-000000000000']) {
        const response = await anonymous.call('GET', `${base}/${id}/public/info`);
        expect(response.status).toBe(404);
        details.add(((await response.json()) as { detail: string }).detail);
      }
      expect(details.size).toBe(1);
      expect((await anonymous.call('GET', `${base}/no-uuid/public/info`)).status).toBe(404);
      expect((await developer.call('GET', `${base}/${disabled.client_id}/info`)).status).toBe(200);
    });

    it('is listed in pages, with a required limit', async () => {
      const { otherDeveloper: lister } = server;
      await lister.call('DELETE', base);
      const ids = [];
      for (let count = 0; count < 3; count += 1) ids.push((await lister.create(fields)).client_id);
      const seen: string[] = [];
      let query = 'limit=2';
      for (let page = 0; page < 2; page += 1) {
        const response = await lister.call('GET', `${base}/info?${query}`);
        const body = (await response.json()) as {
          data: { client_id: string }[];
          limit: number;
          last_client_id: string | null;
          last_created_on: string | null;
        };
        expect(body.limit).toBe(2);
        seen.push(...body.data.map(({ client_id: id }) => id));
        if (page === 1) expect(body).toMatchObject({ last_client_id: null, last_created_on: null });
        query = `limit=2&last_client_id=${body.last_client_id}&last_created_on=${body.last_created_on}`;
      }
      expect(seen.toSorted()).toEqual(ids.toSorted());
      for (const wrong of [
        '',
        'limit=',
        'limit=0',
        'limit=51',
        'limit=two',
        'limit=1&limit=2',
        'limit=1.5',
      ]) {
        expect((await lister.call('GET', `${base}/info?${wrong}`)).status).toBe(400);
      }
      for (const wrong of ['yesterday', '2026-13-01T00:00:00Z', '0', '%00']) {
        const cursor = `limit=1&last_client_id=a&last_created_on=${wrong}`;
        expect((await lister.call('GET', `${base}/info?${cursor}`)).status).toBe(400);
      }
    });
  });
});
