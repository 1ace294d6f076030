import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';

describe('the claim groups', () => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    grantor = await startServer();
    app = await registerApp(grantor, { scopes: ['openid', 'profile', 'groups'], id_token_claims: 'all' });
    const { groups } = grantor.server.store;
    for (const [origin, name] of [
      ['scim', 'Engineers'],
      ['ldap', 'Engineers'],
      ['ldap', 'Admins'],
    ] as const) {
      const group = { id: randomUUID(), origin, name, externalId: null, createdAt: 1, updatedAt: 1 };
      await groups.create({ group, memberIds: [grantor.user.id] });
    }
  });
  afterAll(() => grantor.stop());

  it('has the names of the user’s groups, in ID tokens and userinfo, for the scope groups', async () => {
    const tokens = await app.tokens({ scope: 'openid groups' });
    expect(decodeJwt(tokens.id_token).groups).toEqual(['Admins', 'Engineers']);
    const userinfo = (await (await app.userinfo(tokens.access_token)).json()) as Record<string, unknown>;
    expect(userinfo.groups).toEqual(['Admins', 'Engineers']);
  });

  it('is in no token without the scope', async () => {
    const tokens = await app.tokens({ scope: 'openid profile' });
    expect(decodeJwt(tokens.id_token)).not.toHaveProperty('groups');
    const userinfo = (await (await app.userinfo(tokens.access_token)).json()) as Record<string, unknown>;
    expect(userinfo).not.toHaveProperty('groups');
  });
});
