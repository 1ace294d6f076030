import { clientSecretBasic, createClient, parseTokens, serializeTokens } from '@grantor/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { form, registerApp, type TestApp, type TestTokens } from '../../../../test/kit/test-app.js';

const redirectUri = 'https://example.com/oauth/callback';

describe('seed 003: the sequence of the generated SDK', () => {
  let grantor: TestServer;
  let app: TestApp;
  let now = Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    grantor = await startServer({ clock: () => now });
    app = await registerApp(grantor, { redirectUris: [redirectUri] });
  });
  afterAll(() => grantor.stop());

  /** As the SDK builds it: no PKCE, and no scope where the app names none. */
  const authorizationUrl = () =>
    `${grantor.issuer}/oauth2/authorize?${form({
      response_type: 'code',
      client_id: app.id,
      redirect_uri: redirectUri,
    }).toString()}`;

  /** As the SDK sends it: Basic of the raw ID and secret. */
  const tokenRequest = (parameters: Record<string, string>) =>
    fetch(`${grantor.issuer}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${app.id}:${app.secret ?? ''}`)}` },
      body: form(parameters),
    });

  const clientOf = () =>
    createClient({
      issuer: grantor.issuer,
      clientId: app.id,
      authentication: clientSecretBasic(app.secret ?? ''),
      redirectUri,
      scope: 'openid profile',
      now: () => now,
    });

  describe('over plain HTTP', () => {
    it('2. Obtain user consent: the authorization URL shows who asks', async () => {
      const page = await new HttpBrowser().open(authorizationUrl());
      expect(page.status).toBe(200);
      expect(page.html).toContain('Test app');
      expect(page.html).toContain('id="sign-in"');
    });

    it('3. Handle the OAuth server response: ?error=access_denied if the user denies', async () => {
      const browser = new HttpBrowser();
      const signIn = await browser.open(authorizationUrl());
      const consent = await browser.signIn(signIn, grantor.user);
      const { left } = await browser.submit(consent, 'deny');

      expect(left?.href.startsWith(`${redirectUri}?error=access_denied&`)).toBe(true);
      expect(left?.searchParams.has('code')).toBe(false);
    });

    it('3. and 4. ?code=..., which is exchanged; then refresh; the token survives storage as JSON', async () => {
      const callback = await connect(new HttpBrowser(), authorizationUrl(), grantor.user);
      expect(callback.href.startsWith(`${redirectUri}?code=`)).toBe(true);

      const exchanged = await tokenRequest({
        grant_type: 'authorization_code',
        code: callback.searchParams.get('code') ?? '',
        redirect_uri: redirectUri,
      });
      expect(exchanged.status).toBe(200);
      const stored = JSON.stringify(await exchanged.json());

      const restored = JSON.parse(stored) as TestTokens;
      expect(restored.expires_in).toBeGreaterThan(0);
      expect(restored).not.toHaveProperty('id_token');

      const refreshed = await tokenRequest({
        grant_type: 'refresh_token',
        refresh_token: restored.refresh_token,
      });
      expect(refreshed.status).toBe(200);
      const next = (await refreshed.json()) as TestTokens;
      expect(next.access_token).not.toBe(restored.access_token);
      expect(next.refresh_token).not.toBe(restored.refresh_token);
      expect(next.scope).toBe(restored.scope);
    });

    it('4. the SDK reads OAuthProviderException out of a refused exchange: 400 with error and error_description', async () => {
      const response = await tokenRequest({
        grant_type: 'authorization_code',
        code: 'not-a-code',
        redirect_uri: redirectUri,
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toEqual({
        error: 'invalid_grant',
        error_description: expect.stringContaining("'code'"),
      });
    });
  });

  describe('with @grantor/client', () => {
    it('authorizes, exchanges, stores, restores, tells that the token expired, and refreshes', async () => {
      const client = clientOf();
      const { url, transaction } = await client.startAuthorization();
      const callback = await connect(new HttpBrowser(), url, grantor.user);
      const tokens = await client.handleCallback(callback, transaction);
      expect(client.isExpired(tokens)).toBe(false);

      const restored = parseTokens(serializeTokens(tokens));
      expect(restored).toEqual(tokens);

      now += 900;
      expect(client.isExpired(restored)).toBe(true);
      await expect(client.userinfo(restored)).rejects.toMatchObject({ error: 'invalid_token' });
      const refreshed = await clientOf().refresh(restored);
      expect(refreshed.accessToken).not.toBe(tokens.accessToken);
      expect(client.isExpired(refreshed)).toBe(false);
      expect(await client.userinfo(refreshed)).toMatchObject({ name: 'Ada Lovelace' });
    });

    it('reports that the user denied', async () => {
      const client = clientOf();
      const { url, transaction } = await client.startAuthorization({ prompt: 'consent' });
      const browser = new HttpBrowser();
      const consent = await browser.signIn(await browser.open(url), grantor.user);
      const { left } = await browser.submit(consent, 'deny');

      await expect(client.handleCallback(left ?? '', transaction)).rejects.toMatchObject({
        code: 'authorization_denied',
      });
    });
  });
});
