import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { type Portal, startPortal } from './portal.js';
import { complete, make, uuid } from './portal-apps.js';
import { expectProblem } from './responses.js';

/*
 * A part of the portal's contract, row by row. Where the server is better on purpose, the row says so.
 */
describe.each(databases)(
  'both forms are accepted if the first documents and the portal differ, on %s',
  (database) => {
    let portal: Portal;
    beforeAll(async () => {
      portal = await startPortal({ database });
    });
    afterAll(() => portal.stop());

    it('row 1: a Bearer API key and an x-signature are equivalent', async () => {
      const { client_id: id } = await make(portal.developer);
      const byKey = await portal.developer.call('GET', `/clients/${id}`);
      const bySignature = await portal.developer.api('GET', `/clients/${id}`);
      expect(await byKey.json()).toEqual(await bySignature.json());
      expect((await portal.call({}, 'GET', `/clients/${id}`)).status).toBe(401);
      expect((await portal.call({ 'x-signature': 'a.b.c' }, 'GET', `/clients/${id}`)).status).toBe(403);
    });

    it('row 2: redirectUris and grantTypes as well as redirect_uris, and grant_types may be left out', async () => {
      const camel = await portal.developer.api('POST', '/clients', {
        name: 'Camel',
        redirectUris: ['https://app.example.com/cb'],
        grantTypes: ['authorization_code'],
      });
      expect(await camel.json()).toMatchObject({
        redirect_uris: ['https://app.example.com/cb'],
        grant_types: ['authorization_code'],
      });
      const snake = await make(portal.developer);
      expect(snake.redirect_uris).toEqual(complete.redirect_uris);
    });

    it('row 3: a name and redirect URIs are sufficient, and all nine fields are accepted', async () => {
      const small = await portal.developer.api('POST', '/clients', {
        name: 'S',
        redirectUris: ['https://s.example.com/'],
      });
      expect(small.status).toBe(201);
      const response = await portal.developer.api('POST', '/clients', {});
      const { errors } = await expectProblem(response, 400, 'Bad Request', '/clients');
      expect(errors).toContainEqual(expect.objectContaining({ field: 'name', code: 'EmptyFieldError' }));
    });

    it('row 4: client_id in a bare object, and id beside it', async () => {
      const made = await make(portal.developer);
      expect(made.client_id).toMatch(uuid);
      expect(made.id).toBe(made.client_id);
      expect(made).not.toHaveProperty('response');
    });

    it('row 5: PUT accepts a part of the fields, and its response is the app', async () => {
      const { client_id: id } = await make(portal.developer);
      const response = await portal.developer.api('PUT', `/clients/${id}`, {
        redirectUris: ['https://new.example.com/cb'],
      });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        name: complete.name,
        allow_pkce: true,
        redirect_uris: ['https://new.example.com/cb'],
      });
    });

    it('row 6: an exchange with neither secret nor verifier is a 401', async () => {
      const app = await registerApp(portal.grantor, { scopes: ['files:read'] });
      const code = await app.code({
        scope: 'files:read',
        code_challenge: undefined,
        code_challenge_method: undefined,
      });
      const response = await app.exchange(code, { client_secret: undefined, code_verifier: undefined });
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: 'invalid_client' });
    });
  },
);
