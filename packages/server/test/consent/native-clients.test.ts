import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { type RequestParameters, registerApp, type TestApp } from '../../../../test/kit/test-app.js';

const HTTPS = 'https://app.example.com/callback';
const LOOPBACK = 'http://127.0.0.1/callback';

describe('consent to a native client is not reused (RFC 8252 §8.6)', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  const register = (redirectUris: readonly string[], more: Record<string, unknown> = {}) =>
    registerApp(grantor, { redirectUris, token_endpoint_auth_method: 'none', ...more });

  /** What requests get after the user has allowed the same: with a page, and with `prompt=none`. */
  async function afterConsent(app: TestApp, parameters: RequestParameters = {}) {
    await app.authorize(parameters);
    const shown = await app.browser.open(app.authorizationUrl(parameters));
    const silent = await app.browser.open(app.authorizationUrl({ ...parameters, prompt: 'none' }));
    const answer = new URLSearchParams(silent.left?.search || silent.left?.hash.slice(1));
    return [shown.html.includes('id="allow"') ? 'asked' : 'silent', answer.get('error') ?? 'granted'];
  }

  const ALWAYS_ASKED = ['asked', 'consent_required'];
  const REMEMBERED = ['silent', 'granted'];

  it.each([
    ['a loopback address', [LOOPBACK], {}],
    ['localhost', ['http://localhost:3000/callback'], {}],
    ['https at localhost', ['https://localhost/callback'], {}],
    ['https at a name below localhost', ['https://app.localhost/callback'], {}],
    ['https at localhost with a dot', ['https://localhost./callback'], {}],
    ['https at an IPv4 loopback address in IPv6', ['https://[::ffff:127.0.0.1]/callback'], {}],
    ['https at the unspecified address', ['https://0.0.0.0/callback'], {}],
    ['a private-use scheme', ['com.example.app:/callback'], {}],
    ['https beside a loopback address', [HTTPS, LOOPBACK], {}],
    ['https alone, registered as native', [HTTPS], { application_type: 'native' }],
    [
      'a loopback address, with a secret that it need not send',
      [LOOPBACK],
      { token_endpoint_auth_method: 'client_secret_post', allow_pkce: true },
    ],
  ])('a public client with %s always needs consent', async (_what, redirectUris, more) => {
    expect(await afterConsent(await register(redirectUris, more))).toEqual(ALWAYS_ASKED);
  });

  it('tokens of the authorization response are not given silently either', async () => {
    const app = await register([LOOPBACK], {
      grant_types: ['authorization_code', 'implicit'],
      response_types: ['code', 'id_token token'],
      application_type: 'native',
    });
    const parameters = {
      response_type: 'id_token token',
      nonce: 'n',
      code_challenge: undefined,
      code_challenge_method: undefined,
    };
    expect(await afterConsent(app, parameters)).toEqual(ALWAYS_ASKED);
  });

  describe('a token in the authorization response, which needs no client secret,', () => {
    const confidential = {
      grant_types: ['authorization_code', 'implicit'],
      response_types: ['code', 'code token', 'id_token token', 'id_token', 'code id_token'],
      token_endpoint_auth_method: 'client_secret_basic',
    };

    it.each([[LOOPBACK], ['com.example.app:/callback']])(
      'is never given silently at %s',
      async (redirectUri) => {
        const app = await register([redirectUri], confidential);
        for (const response_type of ['code token', 'id_token token', 'id_token', 'code id_token']) {
          expect(await afterConsent(app, { response_type, nonce: 'n' })).toEqual(ALWAYS_ASKED);
        }
        expect(await afterConsent(app)).toEqual(REMEMBERED);
      },
    );

    it('is given silently at a claimed https URI', async () => {
      const app = await register([HTTPS, LOOPBACK], confidential);
      for (const response_type of ['code token', 'id_token']) {
        expect(await afterConsent(app, { response_type, nonce: 'n' })).toEqual(REMEMBERED);
      }
    });
  });

  it.each([
    ['a public client with https', [HTTPS], {}],
    ['a client with a secret', [LOOPBACK], { token_endpoint_auth_method: 'client_secret_basic' }],
  ])('%s needs consent once', async (_what, redirectUris, more) => {
    expect(await afterConsent(await register(redirectUris, more))).toEqual(REMEMBERED);
  });

  describe('an operator can exempt it if its redirect URI is a claimed https URI', () => {
    const exempt = { compatibility: { allow_remembered_consent_at_https: true } };

    it('for requests with that URI only', async () => {
      const app = await register([HTTPS, LOOPBACK], exempt);
      expect(await afterConsent(app)).toEqual(REMEMBERED);
      expect(await afterConsent(app, { redirect_uri: LOOPBACK })).toEqual(ALWAYS_ASKED);
    });

    it.each([[LOOPBACK], ['com.example.app:/callback'], ['https://localhost/callback']])(
      'and not one with only %s',
      async (redirectUri) => {
        const response = await grantor.api('POST', '/clients', {
          name: 'Native',
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: 'none',
          ...exempt,
        });
        expect(response.status).toBe(400);
        expect(await response.text()).toContain('compatibility.allow_remembered_consent_at_https');
      },
    );
  });
});
