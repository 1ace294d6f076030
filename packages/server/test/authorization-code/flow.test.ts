import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../../../../test/kit/browser.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';

const redirectUri = 'https://app.example.com/callback';

describe.each(databases)('the authorization code flow on %s (RFC 6749 §4.1)', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  it('takes a user from the app to sign-in, to consent and back with a code that gets tokens', async () => {
    const client = await grantor.register({ redirectUris: [redirectUri] });
    const verifier = randomBytes(32).toString('base64url');
    const parameters = new URLSearchParams({
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: redirectUri,
      scope: 'openid profile files:read',
      state: 'a state',
      nonce: 'a nonce',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    const callback = await connect(
      new HttpBrowser(),
      `${grantor.issuer}/oauth2/authorize?${parameters.toString()}`,
      grantor.user,
    );

    expect(callback.origin + callback.pathname).toBe(redirectUri);
    expect(callback.searchParams.get('state')).toBe('a state');
    expect(callback.searchParams.get('iss')).toBe(grantor.issuer);

    const response = await fetch(`${grantor.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: callback.searchParams.get('code') ?? '',
        redirect_uri: redirectUri,
        code_verifier: verifier,
        client_id: client.client_id,
        client_secret: client.client_secret,
      }),
    });

    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const tokens = (await response.json()) as { access_token: string };
    expect(tokens).toMatchObject({ token_type: 'Bearer', scope: 'openid profile files:read' });

    const userinfo = await fetch(`${grantor.issuer}/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(await userinfo.json()).toMatchObject({ name: 'Ada Lovelace' });
  });
});
