import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type ClientAuthentication,
  type ClientRequest,
  clientSecretBasic,
  clientSecretPost,
  none,
  OAuthResponseError,
} from '../src/index.js';
import { AuthorizationServer } from './authorization-server.js';
import { clientOf, connect, errorOf, SECRET } from './fixtures.js';

describe('the token endpoint', () => {
  let server: AuthorizationServer;
  beforeEach(async () => {
    server = await AuthorizationServer.start();
  });
  afterEach(async () => server.stop());

  describe('authenticates the client (RFC 6749 §2.3.1)', () => {
    it('by Basic, with ID and secret form-encoded', async () => {
      await connect(server, clientOf(server, { authentication: clientSecretBasic('a: b+ü%') }));
      const [request] = server.requestsTo('/token');
      expect(request?.contentType).toBe('application/x-www-form-urlencoded');
      const [scheme, credentials = ''] = request?.authorization?.split(' ') ?? [];
      expect(scheme).toBe('Basic');
      expect(Buffer.from(credentials, 'base64').toString()).toBe('app-1:a%3A+b%2B%C3%BC%25');
      expect(request?.form.has('client_secret')).toBe(false);
    });

    it('by the body with clientSecretPost', async () => {
      await connect(server, clientOf(server, { authentication: clientSecretPost(SECRET) }));
      const [request] = server.requestsTo('/token');
      expect(request?.authorization).toBeUndefined();
      expect(request?.form.get('client_id')).toBe('app-1');
      expect(request?.form.get('client_secret')).toBe(SECRET);
    });

    it.each([
      ['none()', none()],
      ['no method', undefined],
    ])('by the client ID alone with %s (§2.1)', async (_, authentication) => {
      await connect(server, clientOf(server, { authentication }));
      const [request] = server.requestsTo('/token');
      expect(request?.authorization).toBeUndefined();
      expect(request?.form.get('client_id')).toBe('app-1');
      expect(request?.form.has('client_secret')).toBe(false);
    });
  });

  it('authenticates the client by a method of the app, which sees client, issuer and time', async () => {
    const requests: ClientRequest[] = [];
    const method: ClientAuthentication = async (request) => {
      requests.push(request);
      return {
        headers: { authorization: 'Own of-the-app' },
        parameters: { client_id: request.clientId },
        secrets: ['of-the-app'],
      };
    };
    const client = clientOf(server, { authentication: method, now: () => 1_800_000_000, scope: 'files' });
    await connect(server, client);
    expect(requests).toEqual([{ clientId: 'app-1', issuer: server.issuer, now: 1_800_000_000 }]);
    expect(server.requestsTo('/token')[0]).toMatchObject({ authorization: 'Own of-the-app' });
    server.overrides.set('/token', () => ({
      status: 400,
      body: { error: 'invalid_client', error_description: 'Own of-the-app is wrong' },
    }));
    const error = await errorOf(connect(server, client), 'oauth_error');
    expect(error).toMatchObject({ errorDescription: 'Own [removed] is wrong' });
  });

  describe('may deviate from RFC 6749 §5.1', () => {
    it.each<[string, Record<string, unknown>]>([
      ['refresh_token null', { refresh_token: null }],
      ['scope null', { scope: null }],
      ['a lifetime of digits', { expires_in: '3600' }],
      ['token_type in another case', { token_type: 'bEARER' }],
    ])('with %s', async (_, change) => {
      server.editResponse = (response) => ({ ...response, ...change });
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

    it('without token_type, if the client allows it', async () => {
      server.editResponse = (response) => ({ ...response, token_type: undefined });
      const error = await errorOf(connect(server), 'invalid_response');
      expect(error.message).toContain('allowMissingTokenType');
      const tokens = await connect(server, clientOf(server, { allowMissingTokenType: true }));
      expect(tokens.tokenType).toBe('Bearer');
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['no access token', { access_token: undefined }],
    ['an access token that is not a string', { access_token: 7 }],
    ['an empty access token', { access_token: '' }],
    ['an unknown token type (§7.1)', { token_type: 'DPoP' }],
    ['a lifetime of words', { expires_in: 'soon' }],
    ['a negative lifetime', { expires_in: -1 }],
    ['a refresh token that is an object', { refresh_token: {} }],
    ['a list of scopes', { scope: ['openid'] }],
  ])('is refused with %s', async (_, change) => {
    server.editResponse = (response) => ({ ...response, ...change });
    await errorOf(connect(server), 'invalid_response');
  });

  it.each([
    ['text', { body: 'hello' }],
    ['a list', { body: [] }],
    ['an HTML page with status 502', { status: 502, body: '<html>bad gateway</html>' }],
    ['an error that is not a string', { status: 400, body: { error: 7 } }],
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
      /token endpoint responded with 401 invalid_client \(Unknown client\).*authentication/,
    );
  });

  it('reports an error with status 200', async () => {
    server.overrides.set('/token', () => ({ body: { error: 'bad_verification_code' } }));
    expect(await errorOf(connect(server), 'oauth_error')).toMatchObject({ error: 'bad_verification_code' });
  });

  it('does not repeat a secret that the server echoes', async () => {
    server.overrides.set('/token', ({ form, authorization }) => ({
      status: 400,
      body: {
        error: 'invalid_grant',
        error_description: `${form.get('code')} ${form.get('code_verifier')} ${SECRET} ${authorization ?? ''}`,
      },
    }));
    const error = await errorOf(connect(server), 'oauth_error');
    const [request] = server.requestsTo('/token');
    const shown = inspect(error, { depth: 9 });
    for (const secret of [request?.form.get('code'), request?.form.get('code_verifier'), SECRET]) {
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

  it('has a deadline', async () => {
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

  it('is called through the fetch of the options', async () => {
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
