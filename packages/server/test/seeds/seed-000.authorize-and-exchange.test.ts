import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { languages, runScript } from './run-script.js';

const redirectUri = 'https://yourapp.example.com/callback';

describe.each(languages)('seed 000, full example (%s): build the URL and exchange the code', (language) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  async function authorizeUrl(metadata: Record<string, unknown>) {
    const { client_id: clientId } = await grantor.register({
      redirectUris: [redirectUri],
      token_endpoint_auth_method: 'none',
      ...metadata,
    });
    const environment = { BASE_URL: grantor.issuer, CLIENT_ID: clientId, REDIRECT_URI: redirectUri };
    const { authorize } = await runScript('authorize-and-exchange', language, environment);
    return { url: authorize?.url ?? '', environment };
  }

  it('step 1 and 2: a client without a secret and without PKCE gets tokens if allow_code_without_pkce is on', async () => {
    const { url, environment } = await authorizeUrl({ compatibility: { allow_code_without_pkce: true } });
    const callback = await connect(new HttpBrowser(), url, grantor.user);
    expect(callback.origin + callback.pathname).toBe(redirectUri);
    expect(callback.searchParams.get('state')).toBe('secure-state');

    const code = callback.searchParams.get('code') ?? '';
    const first = await runScript('authorize-and-exchange', language, { ...environment, CODE: code });
    expect(first.exchange).toMatchObject({
      status: 200,
      body: {
        access_token: expect.any(String),
        token_type: 'Bearer',
        id_token: expect.any(String),
        scope: 'openid files:read',
      },
    });

    const again = await runScript('authorize-and-exchange', language, { ...environment, CODE: code });
    expect(again.exchange).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('step 1: is refused if the setting is off, at the callback and before the user is asked', async () => {
    const { url } = await authorizeUrl({});

    const page = await new HttpBrowser().open(url);

    expect(page.left?.searchParams.get('error')).toBe('invalid_request');
    expect(page.left?.searchParams.get('error_description')).toContain("'code_challenge' is missing");
    expect(page.left?.searchParams.get('state')).toBe('secure-state');
  });

  it('step 2: is refused if the setting was turned off meanwhile', async () => {
    const { url, environment } = await authorizeUrl({ compatibility: { allow_code_without_pkce: true } });
    const callback = await connect(new HttpBrowser(), url, grantor.user);
    await grantor.api('PUT', `/clients/${environment.CLIENT_ID}`, {
      compatibility: { allow_code_without_pkce: false },
    });

    const { exchange } = await runScript('authorize-and-exchange', language, {
      ...environment,
      CODE: callback.searchParams.get('code') ?? '',
    });

    expect(exchange).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', error_description: expect.stringContaining('must use PKCE') },
    });
  });

  it('step 2: a client that is registered with a secret cannot leave it out', async () => {
    const { url, environment } = await authorizeUrl({ token_endpoint_auth_method: 'client_secret_basic' });
    const callback = await connect(new HttpBrowser(), url, grantor.user);

    const { exchange } = await runScript('authorize-and-exchange', language, {
      ...environment,
      CODE: callback.searchParams.get('code') ?? '',
    });

    expect(exchange).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });
});
