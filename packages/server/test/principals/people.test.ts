import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, callApi, xSignatureFor } from '../../../../test/kit/api-calls.js';
import { addApiKey } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { addSignedInUser, addUser } from '../../../../test/kit/users.js';
import { ownTokenOf, tokenOf } from './access-tokens.js';

describe.each(databases)('people/@self on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  const self = (headers: Record<string, string>) => callApi(grantor, headers, 'GET', '/people/@self');
  const idOf = async (headers: Record<string, string>) =>
    ((await (await self(headers)).json()) as { response: { id: string } }).response.id;

  it('responds in the envelope of DocSpace', async () => {
    const user = await addUser(grantor, {
      name: 'Ada Lovelace',
      givenName: 'Ada',
      familyName: 'Lovelace',
      claims: {
        locale: 'en-GB',
        picture: 'https://people.example/ada.png',
        profile: 'https://people.example/ada',
      },
    });
    const { token } = await tokenOf(grantor, user, ['accounts.self:read']);
    const response = await self(bearer(token));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      response: {
        id: user.id,
        userName: user.username,
        firstName: 'Ada',
        lastName: 'Lovelace',
        displayName: 'Ada Lovelace',
        email: user.email,
        status: 1,
        activationStatus: 1,
        isAdmin: false,
        isOwner: false,
        isVisitor: false,
        isCollaborator: false,
        isRoomAdmin: false,
        isLDAP: false,
        isSSO: false,
        cultureName: 'en-GB',
        avatar: 'https://people.example/ada.png',
        hasAvatar: true,
        profileUrl: 'https://people.example/ada',
      },
      count: 1,
      links: [{ href: '/api/2.0/people/@self', action: 'GET' }],
      status: 0,
      statusCode: 200,
    });
  });

  it('has text for missing fields, and for claims of other types', async () => {
    const user = await addUser(grantor, {
      email: null,
      emailVerified: false,
      givenName: null,
      familyName: null,
      claims: { picture: 5, locale: { de: 1 } },
      isAdmin: true,
    });
    const { token } = await tokenOf(grantor, user, ['accounts.self:write']);
    expect(await (await self(bearer(token))).json()).toMatchObject({
      response: {
        email: '',
        firstName: '',
        lastName: '',
        avatar: '',
        cultureName: 'en',
        activationStatus: 0,
        isAdmin: true,
      },
    });
  });

  it('responds to an app that a user connected, at the audience of its token', async () => {
    const app = await registerApp(grantor);
    const { access_token: token } = await app.tokens({ scope: 'accounts.self:read' });
    expect(await (await self(bearer(token))).json()).toMatchObject({
      response: { userName: grantor.user.username },
    });
    await app.revoke(token);
    expect((await self(bearer(token))).status).toBe(401);
  });

  it.each([
    ['accounts:read', 'accounts:write'],
    ['openid', 'profile', 'email'],
    ['grantor.accounts:write', 'grantor.clients:write'],
    [],
  ])('requires accounts.self:read or :write, not %s (RFC 6750 §3.1)', async (...scopes) => {
    const { token } = await tokenOf(grantor, await addUser(grantor, { isAdmin: true }), scopes);
    const refused = await self(bearer(token));
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer realm="Grantor API", error="insufficient_scope", scope="accounts.self:read accounts.self:write"',
    );
    expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('accounts.self:read') });
  });

  it('responds to key, session and x-signature', async () => {
    const { user, cookie } = await addSignedInUser(grantor);
    const { key } = await addApiKey(grantor, user);
    const signature = await xSignatureFor(grantor, { cookie });
    for (const headers of [bearer(key), { cookie }, { 'x-signature': signature }]) {
      expect(await idOf(headers as Record<string, string>)).toBe(user.id);
    }
  });

  it('is refused to a key with other scopes', async () => {
    const user = await addUser(grantor);
    const narrow = await addApiKey(grantor, user, { scopes: ['grantor.clients:write'] });
    expect((await self(bearer(narrow.key))).status).toBe(403);
    const wide = await addApiKey(grantor, user, { scopes: ['accounts.self:read'] });
    expect((await self(bearer(wide.key))).status).toBe(200);
  });

  it('has the `sub` of the user for each app (OpenID Connect Core 1.0 §8.1)', async () => {
    const user = await addUser(grantor);
    const { token } = await tokenOf(grantor, user, ['accounts.self:read'], { subjectType: 'pairwise' });
    expect(await idOf(bearer(token))).not.toBe(user.id);
  });

  it('is 404 for a key of the deployment, and for an app that acts for itself', async () => {
    const { token } = await ownTokenOf(grantor, ['accounts.self:read']);
    for (const headers of [bearer(grantor.apiKey), bearer(token)]) {
      expect((await self(headers)).status).toBe(404);
    }
  });
});
