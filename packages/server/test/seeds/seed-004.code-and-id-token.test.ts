import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';

/** What an app of seed 004 needs; all of it is off for others. */
const compatibility = {
  allow_hybrid_code_in_query: true,
  allow_omitted_redirect_uri_with_openid: true,
  allow_omitted_redirect_uri_at_token: true,
};
const redirectUri = 'http://localhost:4200';

describe('seed 004: response_type "code id_token" with the code in the query', () => {
  let grantor: TestServer;
  let secret: string;
  beforeAll(async () => {
    grantor = await startServer();
    ({ client_secret: secret } = await grantor.register({
      client_id: 'web-app',
      redirectUris: [redirectUri, 'http://localhost:4201'],
      compatibility,
    }));
  });
  afterAll(() => grantor.stop());

  const authorize = (query: string) =>
    connect(new HttpBrowser(), `${grantor.issuer}/oauth2/authorize?${query}`, grantor.user);

  function appWithout(setting: keyof typeof compatibility) {
    return grantor.register({
      redirectUris: [redirectUri],
      compatibility: { ...compatibility, [setting]: false },
    });
  }

  const exampleUrl = `response_type=code%20id_token&client_id=web-app&redirect_uri=${redirectUri}`;

  async function expectCodeInQuery(callback: URL): Promise<string> {
    expect(callback.origin).toBe(redirectUri);
    expect(callback.hash).toBe('');
    expect(callback.searchParams.has('id_token')).toBe(false);
    return callback.searchParams.get('code') ?? '';
  }

  async function expectTokens(response: Response): Promise<void> {
    expect(response.status).toBe(200);
    const tokens = (await response.json()) as Record<string, string>;
    expect(tokens.token_type?.toLowerCase()).toBe('bearer');
    expect(tokens.access_token).toEqual(expect.any(String));
    const keys = createRemoteJWKSet(new URL(`${grantor.issuer}/oauth2/jwks`));
    const { payload } = await jwtVerify(tokens.id_token ?? '', keys, {
      issuer: grantor.issuer,
      audience: 'web-app',
    });
    expect(payload.sub).toEqual(expect.any(String));
  }

  /** "JSON Request", its curl example: no redirect_uri. */
  const jsonRequest = (code: string, path = '/oauth2/token') =>
    fetch(grantor.issuer + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_id: 'web-app',
        client_secret: secret,
        code,
        grant_type: 'authorization_code',
      }),
    });

  /** "OAuth2.0 RFC Specification", its curl example, without the line break that the page has in the body. */
  const formRequest = (code: string, path = '/oauth2/token') =>
    fetch(grantor.issuer + path, {
      method: 'POST',
      headers: {
        authorization: `Basic ${btoa(`web-app:${secret}`)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: `grant_type=authorization_code&code=${code}`,
    });

  it('Authorization Request, example: without scope it shows a sign-in page', async () => {
    const page = await new HttpBrowser().open(`${grantor.issuer}/oauth2/authorize?${exampleUrl}`);
    expect(page.status).toBe(200);
    expect(page.response.headers.get('content-type')).toContain('text/html');
    expect(page.html).toContain('id="sign-in"');
  });

  it('Response, example: the query has the code and nothing that only a fragment may have', async () => {
    const callback = await authorize(`${exampleUrl}&state=exact%20value`);
    const code = await expectCodeInQuery(callback);
    expect(code).not.toBe('');
    expect(callback.href.startsWith(`${redirectUri}/?code=`)).toBe(true);
    expect(callback.searchParams.get('state')).toBe('exact value');
  });

  it.each(['code id_token', 'id_token code'])(
    'Authorization Request: the response types as "%s"',
    async (words) => {
      const callback = await authorize(exampleUrl.replace('code%20id_token', words.replace(' ', '+')));
      await expectTokens(await jsonRequest(await expectCodeInQuery(callback)));
    },
  );

  it.each([
    ['without scope', `response_type=code+id_token&client_id=web-app`],
    ['with scope openid', `response_type=code+id_token&client_id=web-app&scope=openid`],
    ['with scope openid and response_type code', `response_type=code&client_id=web-app&scope=openid`],
  ])(
    'Authorization Request: redirect_uri left out, %s: the first registered one is used',
    async (_, query) => {
      await expectTokens(await jsonRequest(await expectCodeInQuery(await authorize(query))));
    },
  );

  it('Authorization Request: redirect_uri left out by plain OAuth needs no setting at all', async () => {
    const plain = await grantor.register({ redirectUris: [redirectUri, 'http://localhost:4201'] });
    const callback = await authorize(`response_type=code&client_id=${plain.client_id}&scope=files:read`);
    const code = await expectCodeInQuery(callback);

    const response = await fetch(`${grantor.issuer}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${plain.client_id}:${plain.client_secret}`)}` },
      body: new URLSearchParams({ grant_type: 'authorization_code', code }),
    });

    expect(response.status).toBe(200);
    expect(await response.json()).not.toHaveProperty('id_token');
  });

  it('Access Token Request, JSON example: no redirect_uri, id_token and token_type in the response', async () => {
    await expectTokens(await jsonRequest(await expectCodeInQuery(await authorize(exampleUrl))));
  });

  it('Access Token Request, form and Basic example: no redirect_uri, id_token and token_type in the response', async () => {
    await expectTokens(await formRequest(await expectCodeInQuery(await authorize(exampleUrl))));
  });

  it.each([
    ['JSON', jsonRequest],
    ['form', formRequest],
  ])('the later prefix /auth works too (%s)', async (_, request) => {
    const callback = await connect(
      new HttpBrowser(),
      `${grantor.issuer}/auth/authorize?${exampleUrl}`,
      grantor.user,
    );
    const response = await request(await expectCodeInQuery(callback), '/auth/token');
    const { access_token: accessToken = '' } = (await response.json()) as Record<string, string>;
    const userinfo = await fetch(`${grantor.issuer}/auth/userinfo`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(userinfo.status).toBe(200);
  });

  describe('with a response mode that may carry an ID token (OpenID Connect Core 1.0 §3.3.2.5)', () => {
    const request = (clientId: string, more: Record<string, string>) =>
      new URLSearchParams({
        response_type: 'code id_token',
        client_id: clientId,
        redirect_uri: redirectUri,
        scope: 'openid',
        ...more,
      }).toString();
    const hybridApp = () =>
      grantor.register({
        redirectUris: [redirectUri],
        response_types: ['code', 'code id_token'],
        compatibility,
      });

    it('fragment returns code and ID token', async () => {
      const { client_id: id } = await hybridApp();
      const callback = await authorize(request(id, { response_mode: 'fragment', nonce: 'a nonce' }));
      const answer = new URLSearchParams(callback.hash.slice(1));
      expect(callback.search).toBe('');
      expect(answer.get('code')).toEqual(expect.any(String));
      expect(decodeJwt(answer.get('id_token') ?? '')).toMatchObject({ nonce: 'a nonce', aud: id });
    });

    it('form_post returns code and ID token', async () => {
      const { client_id: id } = await hybridApp();
      const browser = new HttpBrowser();
      const url = `${grantor.issuer}/oauth2/authorize?${request(id, { response_mode: 'form_post', nonce: 'a nonce' })}`;
      const { username, password } = grantor.user;
      const consent = await browser.signIn(await browser.open(url), { username, password });
      const { html } = await browser.submit(consent, 'allow');
      expect(html).toMatch(/name="code" value="[^"]+"/);
      const [, idToken = ''] = /name="id_token" value="([^"]+)"/.exec(html) ?? [];
      expect(decodeJwt(idToken)).toMatchObject({ nonce: 'a nonce', aud: id });
    });

    it('query, named or not, returns only the code', async () => {
      const { client_id: id } = await hybridApp();
      for (const more of [{}, { response_mode: 'query' }]) {
        const callback = await authorize(request(id, more));
        expect([...callback.searchParams.keys()].toSorted()).toEqual(['code', 'iss', 'session_state']);
        expect(callback.hash).toBe('');
      }
    });

    it('fragment needs a nonce, scope openid and the registered response type as for every client', async () => {
      const { client_id: id } = await hybridApp();
      const { client_id: other } = await grantor.register({ redirectUris: [redirectUri], compatibility });
      const errorOf = async (clientId: string, more: Record<string, string>) => {
        const query = request(clientId, { response_mode: 'fragment', ...more });
        const { left } = await new HttpBrowser().open(`${grantor.issuer}/oauth2/authorize?${query}`);
        return new URLSearchParams(left?.hash.slice(1)).get('error');
      };
      expect(await errorOf(id, {})).toBe('invalid_request');
      expect(await errorOf(id, { nonce: 'a nonce', scope: '' })).toBe('invalid_scope');
      expect(await errorOf(other, { nonce: 'a nonce' })).toBe('unauthorized_client');
    });
  });

  describe('if a setting is off', () => {
    it('allow_hybrid_code_in_query: "code id_token" without scope is refused, in the fragment', async () => {
      const { client_id: clientId } = await appWithout('allow_hybrid_code_in_query');

      const page = await new HttpBrowser().open(
        `${grantor.issuer}/oauth2/authorize?${exampleUrl.replace('web-app', clientId)}`,
      );

      const answer = new URLSearchParams(page.left?.hash.slice(1));
      expect(page.left?.search).toBe('');
      expect(answer.get('error')).toBe('unauthorized_client');
      expect(answer.get('iss')).toBe(grantor.issuer);
    });

    it('allow_omitted_redirect_uri_with_openid: a page tells the developer, without a redirect', async () => {
      const { client_id: clientId } = await appWithout('allow_omitted_redirect_uri_with_openid');

      const page = await new HttpBrowser().open(
        `${grantor.issuer}/oauth2/authorize?response_type=code&client_id=${clientId}&scope=openid`,
      );

      expect(page.left).toBeUndefined();
      expect(page.status).toBe(400);
      expect(page.html).toContain('<code>redirect_uri</code> is missing');
    });

    it('allow_omitted_redirect_uri_at_token: the exchange must repeat the redirect_uri (RFC 6749 §4.1.3)', async () => {
      const client = await appWithout('allow_omitted_redirect_uri_at_token');
      const callback = await authorize(exampleUrl.replace('web-app', client.client_id));

      const response = await fetch(`${grantor.issuer}/oauth2/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_id: client.client_id,
          client_secret: client.client_secret,
          code: callback.searchParams.get('code'),
          grant_type: 'authorization_code',
        }),
      });

      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: 'invalid_grant',
        error_description: expect.stringContaining("'redirect_uri' is missing"),
      });
    });
  });
});
