import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../../../test/kit/servers.js';
import { addPortalUser, type Portal, startPortal } from './portal.js';
import { complete, type Document, make, makeAppFor, unknown } from './portal-apps.js';
import { expectEmpty, expectProblem } from './responses.js';

/*
 * A part of the portal's contract, row by row. Where the server is better on purpose, the row says so.
 */
describe.each(databases)('the portal’s endpoints for the life of an app on %s', (database) => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await startPortal({ database });
  });
  afterAll(() => portal.stop());

  describe.each(['/clients', '/oauth2/clients'])('below %s', (base) => {
    it('PATCH /{id}/regenerate: a new secret, and the old one is invalid', async () => {
      const made = await make(portal.developer);
      const path = `${base}/${made.client_id}/regenerate`;
      await expectProblem(await portal.stranger.api('PATCH', path), 404, 'Not Found', path);
      const response = await portal.developer.api('PATCH', path);
      expect(response.status).toBe(200);
      const { client_secret: secret } = (await response.json()) as Document;
      expect(secret).not.toBe(made.client_secret);
      const introspect = (client_secret = '') =>
        fetch(`${portal.grantor.issuer}/oauth2/introspect`, {
          method: 'POST',
          body: new URLSearchParams({ client_id: made.client_id, client_secret, token: 'x' }),
        });
      expect((await introspect(made.client_secret)).status).toBe(401);
      expect((await introspect(secret)).status).toBe(200);
    });

    it('PATCH /{id}/activation: disables and enables the app', async () => {
      const { client_id: id } = await make(portal.developer);
      const path = `${base}/${id}/activation`;
      await expectEmpty(await portal.developer.api('PATCH', path, { status: false }));
      expect(await (await portal.developer.api('GET', `${base}/${id}`)).json()).toMatchObject({
        enabled: false,
      });
      await expectEmpty(await portal.developer.api('PATCH', path, { status: true }));
      expect(await (await portal.developer.api('GET', `${base}/${id}`)).json()).toMatchObject({
        enabled: true,
      });
      await expectProblem(
        await portal.developer.api('PATCH', path, { status: 'yes' }),
        400,
        'Bad Request',
        path,
      );
      await expectProblem(
        await portal.stranger.api('PATCH', path, { status: false }),
        404,
        'Not Found',
        path,
      );
    });

    it('DELETE /{id}/revoke: ends the access that the caller gave the app, with any role', async () => {
      const app = await makeAppFor(portal, portal.developer, portal.stranger);
      const tokens = await app.tokens({ scope: 'files:read' });
      const introspect = async () =>
        (await (await app.post('/oauth2/introspect', { token: tokens.access_token })).json()) as {
          active: boolean;
        };
      expect((await introspect()).active).toBe(true);
      await expectEmpty(await portal.stranger.api('DELETE', `${base}/${app.id}/revoke`));
      expect((await introspect()).active).toBe(false);
      expect((await app.refresh(tokens.refresh_token)).status).toBe(400);
      expect((await portal.stranger.api('DELETE', `${base}/${app.id}/revoke`)).status).toBe(404);
    });

    it('DELETE: all apps of the caller, and no others', async () => {
      const leaver = await addPortalUser(portal.grantor, `leaver-${base.length}`);
      const gone = [await make(leaver), await make(leaver)];
      const stays = await make(portal.developer);
      expect((await leaver.api('DELETE', base)).status).toBe(200);
      for (const { client_id: id } of gone)
        expect((await portal.admin.api('GET', `${base}/${id}`)).status).toBe(404);
      expect((await portal.admin.api('GET', `${base}/${stays.client_id}`)).status).toBe(200);
    });
  });

  it('DELETE /tenant: all apps, for administrators only', async () => {
    const other = await startPortal({ database });
    try {
      const response = await other.developer.api('POST', '/clients', complete);
      const { client_id: id } = (await response.json()) as Document;
      await expectProblem(
        await other.developer.api('DELETE', '/clients/tenant'),
        403,
        'Forbidden',
        '/clients/tenant',
      );
      expect((await other.admin.api('GET', `/clients/${id}`)).status).toBe(200);
      expect((await other.admin.api('DELETE', '/clients/tenant')).status).toBe(200);
      expect((await other.admin.api('GET', `/clients/${id}`)).status).toBe(404);
    } finally {
      await other.grantor.stop();
    }
  });

  it('guests read scopes and their consents, and cannot manage apps', async () => {
    const other = await startPortal({ database, settings: { developers: 'administrators' } });
    try {
      const { developer: guest } = other;
      for (const [method, path, body] of [
        ['POST', '/clients', complete],
        ['POST', '/clients'],
        ['GET', '/clients'],
        ['GET', `/clients/${unknown}`],
        ['PUT', `/clients/${unknown}`],
        ['DELETE', `/clients/${unknown}`],
        ['PATCH', `/clients/${unknown}/regenerate`],
        ['PATCH', `/clients/${unknown}/activation`],
        ['GET', `/clients/${unknown}/info`],
        ['GET', '/clients/info'],
        ['DELETE', '/clients'],
        ['DELETE', '/clients/tenant'],
      ] as const) {
        await expectProblem(await guest.api(method, path, body), 403, 'Forbidden', path);
      }
      expect((await guest.api('GET', '/scopes')).status).toBe(200);
      expect((await guest.api('GET', '/consents?limit=1')).status).toBe(200);
      expect((await guest.api('DELETE', `/clients/${unknown}/revoke`)).status).toBe(404);
    } finally {
      await other.grantor.stop();
    }
  });
});
