import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addUser } from '../../../../test/kit/users.js';
import { languages, type SampleApp, startSample } from './sample-app.js';

/** A user whose name would break programs that decode tokens with plain base64. */
const user = { username: 'zoe@example.com', password: 'correct horse battery', name: 'Zoë Ångström ☃ ~?>' };

describe.each(languages)('the sample apps of the portal (%s)', (language) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
    await addUser(grantor, { ...user, givenName: 'Zoë', familyName: 'Ångström' });
  });
  afterAll(() => grantor.stop());

  /** Registers an app as the portal's own API has it, and starts the sample with its credentials. */
  async function withSample(
    settings: { readonly scopes: readonly string[]; readonly variant: 'plain' | 'pkce' | 'openid' },
    use: (sample: SampleApp, clientId: string) => Promise<void>,
  ): Promise<void> {
    const client = await grantor.register({
      name: 'Sample app',
      description: 'Shows who you are',
      website_url: 'https://samples.example.com',
      terms_url: 'https://samples.example.com/terms',
      policy_url: 'https://samples.example.com/privacy',
      logout_redirect_uri: 'https://samples.example.com',
      redirect_uris: ['http://localhost:1/callback'],
      allowed_origins: ['http://localhost:1'],
      scopes: settings.scopes,
      allow_pkce: settings.variant === 'pkce',
    });
    const sample = await startSample(language, {
      API_BASE_URL: grantor.issuer,
      API_BASE_PATH: '/api/2.0',
      CLIENT_ID: client.client_id,
      CLIENT_SECRET: client.client_secret,
      CLIENT_SCOPES: settings.scopes.join('%20'),
      RESPONSE_TYPE: 'code',
      VARIANT: settings.variant,
    });
    try {
      const changed = await grantor.api('PUT', `/clients/${client.client_id}`, {
        redirect_uris: [`${sample.url}/callback`],
      });
      expect(changed.status).toBe(200);
      await use(sample, client.client_id);
    } finally {
      await sample.stop();
    }
  }

  /** Presses the button, signs in, allows, and reads what the app shows. */
  async function press(sample: SampleApp): Promise<Response> {
    const browser = new HttpBrowser();
    const button = await browser.request(`${sample.url}/authenticate`);
    const callback = await connect(browser, button.headers.get('location') ?? '', user);
    expect(callback.origin + callback.pathname).toBe(`${sample.url}/callback`);
    // The sample sends none, and none comes back.
    expect(callback.searchParams.has('state')).toBe(false);
    return fetch(callback);
  }

  const cookies = (response: Response) =>
    Object.fromEntries(response.headers.getSetCookie().map((cookie) => cookie.split('=', 2)));

  it('authorizes without state, exchanges with the secret in the body, and reads people/@self at the audience', async () => {
    await withSample({ scopes: ['accounts.self:read'], variant: 'plain' }, async (sample) => {
      const shown = await press(sample);
      expect(await shown.json()).toMatchObject({
        userName: user.username,
        email: user.username,
        displayName: user.name,
        firstName: 'Zoë',
        lastName: 'Ångström',
      });
      expect(shown.status).toBe(200);
      const { token = '', refresh_token: refreshToken = '' } = cookies(shown);
      expect(refreshToken).toMatch(/^[\w-]{86}$/);
      const payload = token.split('.')[1] ?? '';
      // Plain base64 and base64url encode it in the same way, for any name of the user.
      expect(payload).toMatch(/^[A-Za-z0-9]+$/);
      const claims = JSON.parse(Buffer.from(payload, 'base64').toString()) as Record<string, unknown>;
      // A string with the root URL, without a trailing slash: the sample appends a path.
      expect(claims.aud).toBe(grantor.issuer);
    });
  });

  it('exchanges with a PKCE verifier in place of the secret, without a refresh token', async () => {
    await withSample({ scopes: ['accounts.self:read'], variant: 'pkce' }, async (sample) => {
      const shown = await press(sample);
      expect(await shown.json()).toMatchObject({ displayName: user.name });
      expect(cookies(shown).refresh_token).toBe(language === 'py' ? 'None' : 'undefined');
    });
  });

  it('reads userinfo with openid', async () => {
    await withSample({ scopes: ['openid', 'profile', 'email'], variant: 'openid' }, async (sample) => {
      const shown = await press(sample);
      expect(await shown.json()).toMatchObject({
        sub: expect.any(String),
        name: user.name,
        email: user.username,
      });
    });
  });

  it('is refused at people/@self with the scopes of the samples, as by the portal: they are about contacts', async () => {
    await withSample({ scopes: ['accounts:read', 'accounts:write'], variant: 'plain' }, async (sample) => {
      const shown = await press(sample);
      expect(shown.status).toBe(500);
      expect(await shown.text()).toMatch(/403 .*accounts\.self:read/);
    });
  });
});
