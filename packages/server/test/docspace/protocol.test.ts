import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, xSignatureFor } from '../../../../test/kit/api-calls.js';
import { connect } from '../../../../test/kit/browser.js';
import { databases } from '../../../../test/kit/servers.js';
import { refusalOf, type TestApp, type TestTokens } from '../../../../test/kit/test-app.js';
import { type Portal, type PortalUser, startPortal } from './portal.js';
import { make, makeAppFor } from './portal-apps.js';

/** The endpoints exist a second time, under the paths of the proxy of the portal. */
const places = ['', '/api/2.0'] as const;

/*
 * What programs written for the portal send to the endpoints of OAuth, and what they get. Where the server is stricter
 * on purpose, docs/docspace.md says so.
 */
describe.each(databases)('the portal’s use of OAuth on %s', (database) => {
  let portal: Portal;
  beforeAll(async () => {
    portal = await startPortal({ database });
  });
  afterAll(() => portal.stop());

  /** A request without state and PKCE, as the first sample sends it. */
  const plain = { code_challenge: undefined, code_challenge_method: undefined, code_verifier: undefined };
  const appFor = (user: PortalUser, fields: Record<string, unknown> = {}) =>
    makeAppFor(portal, portal.developer, user, { scopes: ['accounts.self:read', 'files:read'], ...fields });
  const introspect = async (app: TestApp, place: string, token: string) =>
    (await (await app.post(`${place}/oauth2/introspect`, { token })).json()) as Record<string, unknown>;

  describe.each(places)('below %s/oauth2', (place) => {
    it('a code without state is exchanged with the secret in the body, and refresh tokens rotate', async () => {
      const app = await appFor(portal.stranger);
      const { pathname, search } = new URL(app.authorizationUrl({ scope: 'accounts.self:read', ...plain }));
      const callback = await connect(
        app.browser,
        `${portal.grantor.issuer}${place}${pathname}${search}`,
        app.user,
      );
      expect([...callback.searchParams.keys()]).not.toContain('state');
      const exchanged = await app.post(`${place}/oauth2/token`, {
        grant_type: 'authorization_code',
        code: callback.searchParams.get('code') ?? '',
        redirect_uri: app.redirectUri,
      });
      expect(exchanged.status).toBe(200);
      const tokens = (await exchanged.json()) as TestTokens;
      expect(tokens).toMatchObject({
        token_type: 'Bearer',
        expires_in: expect.any(Number),
        scope: 'accounts.self:read',
      });

      const refresh = (token: string) =>
        app.post(`${place}/oauth2/token`, { grant_type: 'refresh_token', refresh_token: token });
      const refreshed = (await (await refresh(tokens.refresh_token)).json()) as TestTokens;
      expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
      expect(await refusalOf(await refresh('unknown'))).toEqual({ status: 400, error: 'invalid_grant' });
      expect(
        await refusalOf(await app.post(`${place}/oauth2/token`, { grant_type: 'x', client_secret: 'wrong' })),
      ).toMatchObject({ status: 401 });
    });

    it('introspection returns the members of the portal for an active token, and inactive for anything else', async () => {
      const app = await appFor(portal.stranger);
      const { access_token: token } = await app.tokens({ scope: 'accounts.self:read files:read' });
      expect(await introspect(app, place, token)).toMatchObject({
        active: true,
        client_id: app.id,
        token_type: 'Bearer',
        scope: 'accounts.self:read files:read',
        sub: portal.stranger.id,
      });
      expect(await introspect(app, place, 'unknown')).toEqual({ active: false });
      const wrong = await app.post(`${place}/oauth2/introspect`, { token, client_secret: 'wrong' });
      expect(await refusalOf(wrong)).toEqual({ status: 401, error: 'invalid_client' });
    });

    it('revocation responds with 200 and an empty object, also for an unknown token, and ends the token', async () => {
      const app = await appFor(portal.stranger);
      const { access_token: token } = await app.tokens({ scope: 'files:read' });
      for (const each of [token, 'unknown']) {
        const answer = await app.post(`${place}/oauth2/revoke`, { token: each });
        expect(answer.status).toBe(200);
        expect(await answer.json()).toEqual({});
      }
      expect(await introspect(app, place, token)).toEqual({ active: false });
    });

    it('jwks responds with the keys of the metadata', async () => {
      const { issuer } = portal.grantor;
      const response = await fetch(`${issuer}${place}/oauth2/jwks`);
      expect(response.status).toBe(200);
      expect(await response.json()).toEqual(await (await fetch(`${issuer}/oauth2/jwks`)).json());
    });

    it('logout shows the page that asks whether to sign out', async () => {
      const response = await fetch(`${portal.grantor.issuer}${place}/oauth2/logout`);
      expect(response.headers.get('content-type')).toContain('text/html');
      expect(response.status).toBe(200);
    });

    it('register refuses apps that register themselves, unless the operator allows it', async () => {
      const response = await fetch(`${portal.grantor.issuer}${place}/oauth2/register`, { method: 'POST' });
      expect((await refusalOf(response)).error).toBe('access_denied');
    });

    it('userinfo needs the scope openid', async () => {
      const app = await appFor(portal.stranger, { scopes: ['openid', 'files:read'] });
      const userinfo = (token: string) =>
        fetch(`${portal.grantor.issuer}${place}/oauth2/userinfo`, {
          headers: { authorization: `Bearer ${token}` },
        });
      const withIt = await userinfo((await app.tokens({ scope: 'openid' })).access_token);
      expect(await withIt.json()).toMatchObject({ sub: portal.stranger.id });
      expect((await userinfo((await app.tokens({ scope: 'files:read' })).access_token)).status).toBe(403);
    });
  });

  it('a request without a scope requests the registered scopes', async () => {
    const app = await appFor(portal.stranger);
    expect((await app.tokens({ scope: undefined })).scope.split(' ').toSorted()).toEqual([
      'accounts.self:read',
      'files:read',
    ]);
  });

  it('an access token is an ASCII JWT whose audience is one string, the root without a trailing slash', async () => {
    const app = await appFor(portal.stranger);
    const { access_token: token } = await app.tokens({ scope: 'accounts.self:read' });
    expect(decodeJwt(token)).toMatchObject({
      sub: portal.stranger.id,
      aud: portal.grantor.issuer,
      jti: expect.any(String),
      scope: 'accounts.self:read',
    });
  });

  it('a stored challenge is verified with a secret too, and a verifier without a challenge is refused', async () => {
    const app = await appFor(portal.stranger);
    const withChallenge = await app.code({ scope: 'files:read' });
    const other = await app.exchange(withChallenge, { code_verifier: 'x'.repeat(43) });
    expect(await refusalOf(other)).toEqual({ status: 400, error: 'invalid_grant' });
    const without = await app.code({ scope: 'files:read', ...plain });
    expect(await refusalOf(await app.exchange(without))).toEqual({ status: 400, error: 'invalid_grant' });
  });

  describe('a personal access token', () => {
    const ask = async (
      app: TestApp,
      caller: PortalUser,
      parameters: Record<string, string | undefined> = {},
    ) =>
      app.post(
        '/oauth2/token',
        { grant_type: 'personal_access_token', scope: 'accounts.self:read', ...parameters },
        { 'x-signature': await xSignatureFor(portal.grantor, caller.headers) },
      );

    it('works at people/@self and introspection, and lists no consent', async () => {
      const app = await appFor(portal.developer);
      const answer = await ask(app, portal.developer);
      expect(answer.status).toBe(200);
      const tokens = (await answer.json()) as TestTokens;
      expect(tokens).toMatchObject({ token_type: 'Bearer', scope: 'accounts.self:read' });
      expect(tokens).not.toHaveProperty('refresh_token');
      const self = await portal.call(bearer(tokens.access_token), 'GET', '/people/@self');
      expect(await self.json()).toMatchObject({ response: { id: portal.developer.id } });
      expect(await introspect(app, '', tokens.access_token)).toMatchObject({
        active: true,
        client_id: app.id,
      });
      const { data } = (await (await portal.developer.api('GET', '/consents?limit=50')).json()) as {
        data: { registered_client_id: string }[];
      };
      expect(data.map((consent) => consent.registered_client_id)).not.toContain(app.id);
    });

    it('ends the previous one, and ends when its developer revokes the app', async () => {
      const app = await appFor(portal.developer);
      const token = async () =>
        ((await (await ask(app, portal.developer)).json()) as TestTokens).access_token;
      const [first, second] = [await token(), await token()];
      expect(await introspect(app, '', first)).toEqual({ active: false });
      expect(await introspect(app, '', second)).toMatchObject({ active: true });
      expect((await portal.developer.api('DELETE', `/clients/${app.id}/revoke`)).status).toBe(200);
      expect(await introspect(app, '', second)).toEqual({ active: false });
    });

    it('requires a scope, the secret and a signature', async () => {
      const app = await appFor(portal.developer);
      expect(await refusalOf(await ask(app, portal.developer, { scope: undefined }))).toMatchObject({
        status: 400,
      });
      expect(await refusalOf(await ask(app, portal.developer, { client_secret: 'wrong' }))).toMatchObject({
        status: 401,
      });
      const unsigned = await app.post('/oauth2/token', {
        grant_type: 'personal_access_token',
        scope: 'accounts.self:read',
      });
      expect((await refusalOf(unsigned)).status).toBe(400);
    });

    it('is refused to guests', async () => {
      const other = await startPortal({ database, settings: { developers: 'administrators' } });
      try {
        const { client_id, client_secret } = await make(other.admin, { scopes: ['files:read'] });
        const answer = await fetch(`${other.grantor.issuer}/oauth2/token`, {
          method: 'POST',
          headers: { 'x-signature': await xSignatureFor(other.grantor, other.developer.headers) },
          body: new URLSearchParams({
            grant_type: 'personal_access_token',
            client_id,
            client_secret: client_secret ?? '',
            scope: 'files:read',
          }),
        });
        expect((await refusalOf(answer)).status).toBe(400);
      } finally {
        await other.grantor.stop();
      }
    });
  });
});
