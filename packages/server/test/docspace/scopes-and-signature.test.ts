import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { xSignatureFor } from '../../../../test/kit/api-calls.js';
import { databases } from '../../../../test/kit/servers.js';
import { contractScopes } from './contract-scopes.js';
import { type Portal, startPortal } from './portal.js';

/*
 * A part of the portal's contract, row by row. Where the server is better on purpose, the row says so.
 */
describe.each(databases)('the portal’s scopes and signatures on %s', (database) => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await startPortal({ database });
  });
  afterAll(() => portal.stop());

  describe.each(['/scopes', '/oauth2/scopes'])('GET %s', (path) => {
    it.each(contractScopes)('%s is in group %s with type %s', async (name, group, type) => {
      const answer = await portal.developer.api('GET', path);
      expect(answer.status).toBe(200);
      const scopes = (await answer.json()) as { name: string }[];
      expect(scopes.find((scope) => scope.name === name)).toMatchObject({ name, group, type });
    });

    it('is for all authenticated callers, with openid last', async () => {
      expect((await portal.call({}, 'GET', path)).status).toBe(401);
      const scopes = (await (await portal.developer.api('GET', path)).json()) as {
        name: string;
        group: string;
      }[];
      const groups = scopes.map(({ group }) => group === 'openid');
      expect(groups).toEqual(groups.toSorted((a, b) => Number(a) - Number(b)));
    });
  });

  it('returns an x-signature in the envelope of the portal, valid for five minutes, with string claims', async () => {
    const answer = await portal.admin.call('GET', '/security/oauth2/token');
    expect(await answer.json()).toMatchObject({
      response: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      count: 1,
      status: 0,
      statusCode: 200,
    });
    const signature = await xSignatureFor(portal.grantor, portal.admin.headers);
    const claims = JSON.parse(Buffer.from(signature.split('.')[1] ?? '', 'base64url').toString()) as {
      iat: number;
      exp: number;
    };
    expect(claims).toMatchObject({
      sub: portal.admin.id,
      user_id: portal.admin.id,
      user_name: expect.any(String),
      user_email: portal.admin.user.email,
      tenant_id: expect.any(String),
      tenant_url: portal.grantor.issuer,
      is_admin: 'true',
      is_guest: 'false',
      is_public: expect.any(String),
      iss: portal.grantor.issuer,
      aud: portal.grantor.issuer,
    });
    expect(claims.exp - claims.iat).toBe(300);
    expect((await portal.call({}, 'GET', '/security/oauth2/token')).status).toBe(401);
  });
});
