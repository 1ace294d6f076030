import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OAuthResponseError } from '../src/index.js';
import { AuthorizationServer } from './authorization-server.js';
import { clientOf, connect, errorOf } from './fixtures.js';

describe('the token endpoint', () => {
  let server: AuthorizationServer;
  beforeEach(async () => {
    server = await AuthorizationServer.start();
  });
  afterEach(async () => server.stop());

  describe('is shown who the client is (RFC 6749 §2.3.1)', () => {
    it('by Basic, both halves form-encoded', async () => {
      await connect(server, clientOf(server, { clientSecret: 'a: b+ü%' }));
      const [request] = server.requestsTo('/token');
      expect(request?.contentType).toBe('application/x-www-form-urlencoded');
      const [scheme, credentials = ''] = request?.authorization?.split(' ') ?? [];
      expect(scheme).toBe('Basic');
      expect(Buffer.from(credentials, 'base64').toString()).toBe('app-1:a%3A+b%2B%C3%BC%25');
      expect(request?.form.has('client_secret')).toBe(false);
    });

    it('by the body, where that is chosen', async () => {
      await connect(server, clientOf(server, { clientAuthentication: 'client_secret_post' }));
      const [request] = server.requestsTo('/token');
      expect(request?.authorization).toBeUndefined();
      expect(request?.form.get('client_id')).toBe('app-1');
      expect(request?.form.get('client_secret')).toBe('a secret: of the app');
    });

    it('by the client id alone, for a public client', async () => {
      await connect(server, clientOf(server, { clientSecret: undefined }));
      const [request] = server.requestsTo('/token');
      expect(request?.authorization).toBeUndefined();
      expect(request?.form.get('client_id')).toBe('app-1');
      expect(request?.form.has('client_secret')).toBe(false);
    });
  });

  describe('may answer a little differently from RFC 6749 §5.1', () => {
    it.each<[string, Record<string, unknown>]>([
      ['refresh_token null', { refresh_token: null }],
      ['scope null', { scope: null }],
      ['a lifetime of digits', { expires_in: '3600' }],
      ['token_type in another case', { token_type: 'bEARER' }],
    ])('with %s', async (_, change) => {
      server.editAnswer = (answer) => ({ ...answer, ...change });
      const tokens = await connect(server);
      expect(tokens.tokenType).toBe('Bearer');
      expect(JSON.stringify(tokens)).not.toContain('null');
      expect(clientOf(server).isExpired(tokens)).toBe(false);
      expect(tokens.expiresAt).toBeTypeOf('number');
    });

    it('with status 201', async () => {
      server.overrides.set('/token', () => ({
        status: 201,
        body: { access_token: 'access-token-201', token_type: 'Bearer' },
      }));
      const tokens = await connect(server, clientOf(server, { scope: 'files' }));
      expect(tokens).toEqual({ accessToken: 'access-token-201', tokenType: 'Bearer', scope: 'files' });
    });

    it('without token_type, only where the client allows it', async () => {
      server.editAnswer = (answer) => ({ ...answer, token_type: undefined });
      const error = await errorOf(connect(server), 'invalid_response');
      expect(error.message).toContain('allowMissingTokenType');
      const tokens = await connect(server, clientOf(server, { allowMissingTokenType: true }));
      expect(tokens.tokenType).toBe('Bearer');
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['no access token', { access_token: undefined }],
    ['an access token that is no text', { access_token: 7 }],
    ['an empty access token', { access_token: '' }],
    ['a token type we do not speak (§7.1)', { token_type: 'DPoP' }],
    ['a lifetime of words', { expires_in: 'soon' }],
    ['a negative lifetime', { expires_in: -1 }],
    ['a refresh token that is an object', { refresh_token: {} }],
    ['a list of scopes', { scope: ['openid'] }],
  ])('is refused with %s', async (_, change) => {
    server.editAnswer = (answer) => ({ ...answer, ...change });
    await errorOf(connect(server), 'invalid_response');
  });

  it.each([
    ['text', { body: 'hello' }],
    ['a list', { body: [] }],
    ['an HTML page with status 502', { status: 502, body: '<html>bad gateway</html>' }],
    ['an error that is no text', { status: 400, body: { error: 7 } }],
  ])('is refused with %s', async (_, reply) => {
    server.overrides.set('/token', () => reply);
    const error = await errorOf(connect(server), 'invalid_response');
    expect(error.message).not.toContain('html');
  });

  it('reports an error with status, code, description and what to do (§5.2)', async () => {
    server.overrides.set('/token', () => ({
      status: 401,
      body: { error: 'invalid_client', error_description: 'Unknown client' },
    }));
    const error = await errorOf(connect(server), 'oauth_error');
    expect(error).toBeInstanceOf(OAuthResponseError);
    expect(error).toMatchObject({ status: 401, error: 'invalid_client', errorDescription: 'Unknown client' });
    expect(error.message).toMatch(
      /token endpoint answered 401 invalid_client \(Unknown client\).*clientSecret/,
    );
  });

  it('reports an error that came with status 200', async () => {
    server.overrides.set('/token', () => ({ body: { error: 'bad_verification_code' } }));
    expect(await errorOf(connect(server), 'oauth_error')).toMatchObject({ error: 'bad_verification_code' });
  });

  it('never repeats a secret that the server echoes', async () => {
    server.overrides.set('/token', ({ form, authorization }) => ({
      status: 400,
      body: {
        error: 'invalid_grant',
        error_description: `${form.get('code')} ${form.get('code_verifier')} a secret: of the app ${authorization ?? ''}`,
      },
    }));
    const error = await errorOf(connect(server), 'oauth_error');
    const [request] = server.requestsTo('/token');
    const shown = inspect(error, { depth: 9 });
    for (const secret of [
      request?.form.get('code'),
      request?.form.get('code_verifier'),
      'a secret: of the app',
    ]) {
      expect(secret).toBeTypeOf('string');
      expect(shown).not.toContain(secret);
    }
    expect(shown).not.toContain(request?.authorization?.split(' ')[1]);
  });

  it.each([301, 302, 307, 308])('is not followed to another address (status %i)', async (status) => {
    server.overrides.set('/token', () => ({ status, headers: { location: '/elsewhere' }, body: '' }));
    await errorOf(connect(server), 'invalid_response');
    expect(server.requestsTo('/elsewhere')).toHaveLength(0);
  });

  it('is given up when it does not answer in time', async () => {
    const metadata = {
      issuer: server.issuer,
      authorization_endpoint: `${server.issuer}/authorize`,
      token_endpoint: `${server.issuer}/token`,
    };
    server.overrides.set('/token', async () => new Promise(() => undefined));
    const error = await errorOf(
      connect(server, clientOf(server, { metadata, timeoutSeconds: 0.2 })),
      'timeout',
    );
    expect(error.message).toContain('timeoutSeconds');
  });

  it('is reached through the fetch one brings along', async () => {
    const urls: string[] = [];
    const client = clientOf(server, {
      fetch: async (url, init) => {
        urls.push(url);
        return fetch(url, init);
      },
    });
    await connect(server, client);
    expect(urls.map((url) => new URL(url).pathname)).toEqual([
      '/.well-known/openid-configuration',
      '/token',
      '/jwks',
    ]);
  });
});
