import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import type { TestApp, TestTokens } from '../../../../test/kit/test-app.js';
import { addUser } from '../../../../test/kit/users.js';
import { inBrowserOf, registerSiteApp, type SiteApp, signOut } from './support.js';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

let grantor: TestServer;
const started: SiteApp[] = [];
beforeAll(async () => {
  grantor = await startServer({ settings: { outboundHosts: ['localhost'] } });
});
afterAll(async () => {
  await grantor.stop();
  await Promise.all(started.map(({ site }) => site.stop()));
});

async function register(metadata: Readonly<Record<string, unknown>> = {}): Promise<SiteApp> {
  const siteApp = await registerSiteApp(grantor, metadata);
  started.push(siteApp);
  return siteApp;
}

async function tokenOf({ received }: SiteApp): Promise<string> {
  await expect.poll(received).toHaveLength(1);
  return received()[0] ?? '';
}

/** Signs the user in to an app and out again. Returns the tokens and the logout token. */
async function logoutOf(siteApp: SiteApp): Promise<{ tokens: TestTokens; logoutToken: string }> {
  const tokens = await siteApp.app.tokens();
  await signOut(siteApp.app, tokens.id_token);
  return { tokens, logoutToken: await tokenOf(siteApp) };
}

describe('a logout token (Back-Channel Logout 1.0 §2.4)', () => {
  it.each(['ES256', 'RS256', 'PS256', 'EdDSA'])(
    'is signed with the algorithm of the client’s ID tokens, by a published key: %s',
    async (algorithm) => {
      const siteApp = await register({ id_token_signed_response_alg: algorithm });
      const { tokens, logoutToken } = await logoutOf(siteApp);
      const keys = createRemoteJWKSet(new URL(`${grantor.issuer}/oauth2/jwks`));
      const { payload, protectedHeader } = await jwtVerify(logoutToken, keys, {
        issuer: grantor.issuer,
        audience: siteApp.app.id,
        typ: 'logout+jwt',
        algorithms: [algorithm],
      });
      expect(protectedHeader.kid).toBe(decodeProtectedHeader(tokens.id_token).kid);
      const { sub, sid } = decodeJwt(tokens.id_token);
      expect(payload).toEqual({
        iss: grantor.issuer,
        aud: siteApp.app.id,
        sub,
        sid,
        iat: expect.any(Number),
        exp: expect.any(Number),
        jti: expect.stringMatching(/^[\w-]{22}$/),
        events: { [EVENT]: {} },
      });
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(120);
    },
  );

  it('has no nonce, also if the sign-in had one', async () => {
    const siteApp = await register();
    const { id_token } = await siteApp.app.tokens({ nonce: 'n-1' });
    expect(decodeJwt(id_token).nonce).toBe('n-1');
    await signOut(siteApp.app, id_token);
    expect(decodeJwt(await tokenOf(siteApp))).not.toHaveProperty('nonce');
  });

  it('has the pairwise subject of the client (OpenID Connect Core 1.0 §8)', async () => {
    const siteApp = await register({ subject_type: 'pairwise' });
    const { tokens, logoutToken } = await logoutOf(siteApp);
    const other = await register();
    const { sub } = decodeJwt((await other.app.tokens()).id_token);
    expect(decodeJwt(logoutToken).sub).toBe(decodeJwt(tokens.id_token).sub);
    expect(decodeJwt(logoutToken).sub).not.toBe(sub);
  });

  it('arrives as a form, by POST (§2.5)', async () => {
    const siteApp = await register();
    await logoutOf(siteApp);
    expect(siteApp.site.at('/backchannel')).toMatchObject([
      { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ]);
  });

  it('is no ID token and no access token: neither hint nor bearer (cross-JWT confusion, RFC 8725 §2.8)', async () => {
    const siteApp = await register();
    const { logoutToken } = await logoutOf(siteApp);
    const tokens = await siteApp.app.tokens();
    const { browser, at } = siteApp.app;
    const page = await browser.open(`${at}/oauth2/logout?id_token_hint=${logoutToken}`);
    expect(page.status).toBe(400);
    const asked = await browser.open(
      siteApp.app.authorizationUrl({ prompt: 'none', id_token_hint: logoutToken }),
    );
    expect(asked.left?.searchParams.get('error')).toBe('invalid_request');
    expect((await siteApp.app.userinfo(logoutToken)).status).toBe(401);
    expect((await siteApp.app.userinfo(tokens.access_token)).status).toBe(200);
  });
});

describe('the notified apps (Back-Channel Logout 1.0 §2.5)', () => {
  it('each app that the user signed in to with the session, and no other', async () => {
    const [first, second] = [await register(), await register()];
    const [elsewhere, plain] = [await register(), await register()];
    const { id_token } = await first.app.tokens();
    await inBrowserOf(second.app, first.app).tokens();
    await inBrowserOf(plain.app, first.app).tokens({ scope: 'files:read' });
    await elsewhere.app.tokens();
    await signOut(first.app, id_token);
    const sids = [await tokenOf(first), await tokenOf(second)].map((token) => decodeJwt(token).sid);
    expect(sids).toEqual([decodeJwt(id_token).sid, decodeJwt(id_token).sid]);
    expect([elsewhere.received(), plain.received()]).toEqual([[], []]);
  });

  it('the apps of the previous user, if another user signs in', async () => {
    const siteApp = await register();
    await siteApp.app.tokens();
    const grace = await addUser(grantor);
    const page = await siteApp.app.browser.open(siteApp.app.authorizationUrl({ prompt: 'login' }));
    await siteApp.app.browser.signIn(page, grace);
    await tokenOf(siteApp);
  });

  it('the apps of the session that "Not you?" ends', async () => {
    const siteApp = await register();
    const { app } = siteApp;
    await app.tokens();
    const page = await app.browser.open(app.authorizationUrl({ prompt: 'consent' }));
    await app.browser.submit(page, 'switch-account');
    await tokenOf(siteApp);
  });

  it('no app if the same user signs in again', async () => {
    const siteApp = await register();
    const { app } = siteApp;
    const { sid } = decodeJwt((await app.tokens()).id_token);
    const page = await app.browser.open(app.authorizationUrl({ prompt: 'login' }));
    const { left } = await app.browser.signIn(page, app.user);
    const response = await app.exchange(left?.searchParams.get('code') ?? '');
    const { id_token } = (await response.json()) as TestTokens;
    expect(decodeJwt(id_token).sid).toBe(sid);
    await signOut(app, id_token);
    expect(decodeJwt(await tokenOf(siteApp)).sid).toBe(sid);
  });

  it('no app that was disabled', async () => {
    const [app, disabled] = [await register(), await register()];
    const { id_token } = await app.app.tokens();
    await inBrowserOf(disabled.app, app.app).tokens();
    await grantor.api('PATCH', `/clients/${disabled.app.id}`, { enabled: false });
    await signOut(app.app, id_token);
    await tokenOf(app);
    expect(disabled.received()).toEqual([]);
  });
});

const refreshed = async (app: TestApp, { refresh_token }: TestTokens) =>
  (await app.refresh(refresh_token)).status;

describe('what ends with the session (Back-Channel Logout 1.0 §2.7)', () => {
  it('ends refresh and access tokens of apps that signed the user in', async () => {
    const { app } = await register();
    const tokens = await app.tokens();
    await signOut(app, tokens.id_token);
    expect(await refreshed(app, tokens)).toBe(400);
    expect((await app.userinfo(tokens.access_token)).status).toBe(401);
  });

  it('keeps offline access, and grants without a sign-in', async () => {
    const { app } = await register();
    const { id_token } = await app.tokens();
    const offline = await app.tokens({ scope: 'openid offline_access', prompt: 'consent' });
    const plain = await app.tokens({ scope: 'files:read' });
    await signOut(app, id_token);
    expect(await refreshed(app, offline)).toBe(200);
    expect(await refreshed(app, plain)).toBe(200);
  });

  it('keeps the grants of other sessions of the user', async () => {
    const { app } = await register();
    const phone = app.inNewBrowser();
    const tokens = await phone.tokens();
    await signOut(app, (await app.tokens()).id_token);
    expect(await refreshed(phone, tokens)).toBe(200);
  });
});
