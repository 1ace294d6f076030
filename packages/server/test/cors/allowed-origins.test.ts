import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { form, registerApp, type TestApp } from '../../../../test/kit/test-app.js';

const listed = 'https://spa.example';
const other = 'https://elsewhere.example';

const corsOf = (response: Response) => ({
  origin: response.headers.get('access-control-allow-origin'),
  vary: response.headers.get('vary'),
});
const forListed = { origin: listed, vary: 'Origin' };
const forNobody = { origin: null, vary: null };

describe.each(databases)('the allowed origins of an app (Fetch §3.3), on %s', (database) => {
  let grantor: TestServer;
  let app: TestApp;
  beforeAll(async () => {
    grantor = await startServer({ database });
    app = await registerApp(grantor, { allowed_origins: [listed, 'https://spa.example:8443'] });
  });
  afterAll(() => grantor.stop());

  /** One request, as a script of a page sends it, or no script at all. */
  const ask = (
    path: string,
    parameters: Readonly<Record<string, string>>,
    origin: string | undefined,
    asked = app,
  ) =>
    fetch(grantor.issuer + path, {
      method: 'POST',
      headers: origin === undefined ? {} : { origin },
      body: form({ client_id: asked.id, client_secret: asked.secret, ...parameters }),
    });
  const exchange = (code: string, origin: string | undefined) =>
    ask(
      '/oauth2/token',
      {
        grant_type: 'authorization_code',
        code,
        redirect_uri: app.redirectUri,
        code_verifier: app.verifier,
      },
      origin,
    );
  const userinfo = (token: string, origin: string) =>
    fetch(`${grantor.issuer}/oauth2/userinfo`, { headers: { origin, authorization: `Bearer ${token}` } });

  it('let only their scripts read tokens; the request of another spends no code', async () => {
    const code = await app.code();
    for (const foreign of [other, 'null', 'https://spa.example.evil.example', 'https://spa.example:444']) {
      const refused = await exchange(code, foreign);
      expect(refused.status).toBe(403);
      expect(corsOf(refused)).toEqual(forNobody);
      expect(await refused.json()).toMatchObject({ error: 'unauthorized_client' });
    }
    const answered = await exchange(code, listed);
    expect(answered.status).toBe(200);
    expect(corsOf(answered)).toEqual(forListed);
  });

  it('let no other script rotate a refresh token, which stays valid', async () => {
    const { refresh_token: token } = await app.tokens();
    const refresh = (origin: string) =>
      ask('/oauth2/token', { grant_type: 'refresh_token', refresh_token: token }, origin);
    expect((await refresh(other)).status).toBe(403);
    const answered = await refresh('https://spa.example:8443');
    expect(answered.status).toBe(200);
    expect(corsOf(answered)).toEqual({ origin: 'https://spa.example:8443', vary: 'Origin' });
  });

  it('apply to introspection and revocation, and a refusal ends no token', async () => {
    const { access_token: token } = await app.tokens();
    const refused = [
      await ask('/oauth2/introspect', { token }, other),
      await ask('/oauth2/revoke', { token }, other),
    ];
    for (const response of refused) {
      expect(response.status).toBe(403);
      expect(corsOf(response)).toEqual(forNobody);
    }
    const introspected = await ask('/oauth2/introspect', { token }, listed);
    expect(corsOf(introspected)).toEqual(forListed);
    expect(await introspected.json()).toMatchObject({ active: true });
    const revoked = await ask('/oauth2/revoke', { token }, listed);
    expect(revoked.status).toBe(200);
    expect(corsOf(revoked)).toEqual(forListed);
  });

  it('apply to userinfo, with the app of the token', async () => {
    const { access_token: token } = await app.tokens();
    const refused = await userinfo(token, other);
    expect(refused.status).toBe(403);
    expect(corsOf(refused)).toEqual(forNobody);
    expect(JSON.stringify(await refused.json())).not.toContain('sub');
    const answered = await userinfo(token, listed);
    expect(answered.status).toBe(200);
    expect(corsOf(answered)).toEqual(forListed);
  });

  it('refuse another origin before the credentials are checked, so that it cannot guess them', async () => {
    const guess = await ask('/oauth2/token', { client_secret: 'a guess' }, other);
    const right = await ask('/oauth2/token', {}, other);
    expect([guess.status, right.status]).toEqual([403, 403]);
    expect(await guess.text()).toBe(await right.text());
  });

  it('do not apply to programs without an origin, and to the pages of the server', async () => {
    expect((await exchange(await app.code(), undefined)).status).toBe(200);
    expect((await exchange(await app.code(), grantor.issuer)).status).toBe(200);
  });

  it('are every origin if the app has none', async () => {
    const open = await registerApp(grantor);
    const { access_token: token } = await open.tokens();
    const introspected = await ask('/oauth2/introspect', { token }, other, open);
    expect(await introspected.json()).toMatchObject({ active: true });
    expect(corsOf(introspected)).toEqual({ origin: '*', vary: null });
    expect(corsOf(await userinfo(token, other))).toEqual({ origin: '*', vary: null });
  });

  it('can be changed while the app is in use, with effect at once', async () => {
    const changed = await registerApp(grantor, { allowed_origins: [listed] });
    const { access_token: token } = await changed.tokens();
    await grantor.api('PATCH', `/clients/${changed.id}`, { allowed_origins: [other] });
    expect((await userinfo(token, listed)).status).toBe(403);
    expect(corsOf(await userinfo(token, other)).origin).toBe(other);
  });

  it('do not apply to a preflight, which names no app', async () => {
    const response = await fetch(`${grantor.issuer}/oauth2/token`, {
      method: 'OPTIONS',
      headers: { origin: other, 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBe(204);
    expect(corsOf(response).origin).toBe('*');
  });
});
