import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  AuthorizationDeniedError,
  AuthorizationError,
  type AuthorizationTransaction,
  type OAuthClient,
  type TokenSet,
} from '../src/index.js';
import { AuthorizationServer } from './authorization-server.js';
import { clientOf, connect, errorOf } from './fixtures.js';

describe('handleCallback', () => {
  let server: AuthorizationServer;
  let client: OAuthClient;
  let transaction: AuthorizationTransaction;
  let callback: URL;
  beforeEach(async () => {
    server = await AuthorizationServer.start();
    client = clientOf(server);
    const start = await client.startAuthorization();
    transaction = start.transaction;
    callback = server.allow(start.url);
  });
  afterEach(async () => server.stop());

  /** A refused callback causes no request. */
  function expectNoExchange() {
    expect(server.requestsTo('/token')).toHaveLength(0);
  }

  it('exchanges the code for tokens, with the verifier and the same redirect URI (RFC 6749 §4.1.3)', async () => {
    const before = Math.floor(Date.now() / 1000);
    const tokens = await client.handleCallback(callback, transaction);
    expect(tokens).toMatchObject({
      accessToken: 'access-token-1',
      tokenType: 'Bearer',
      refreshToken: 'refresh-token-1',
      scope: 'openid profile',
      claims: { sub: 'user-1', iss: server.issuer },
    });
    expect(tokens.expiresAt).toBeGreaterThanOrEqual(before + 3600);
    expect(Object.fromEntries(server.requestsTo('/token')[0]?.form ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code'),
      redirect_uri: transaction.redirectUri,
      code_verifier: transaction.codeVerifier,
    });
  });

  it.each<[string, (url: URL) => string | URLSearchParams]>([
    ['an absolute URL', (url) => url.href],
    ['path and query, as in Node', (url) => url.pathname + url.search],
    ['a URL of an inner host behind a proxy', (url) => `http://10.0.0.7:3000/callback${url.search}`],
    ['parameters', (url) => url.searchParams],
  ])('accepts %s', async (_, form) => {
    const tokens = await client.handleCallback(form(callback), JSON.parse(JSON.stringify(transaction)));
    expect(tokens.accessToken).toBe('access-token-1');
  });

  it('reports for a callback with error=access_denied alone that the state is missing and that the user denied access', async () => {
    for (const input of ['/callback?error=access_denied', new URLSearchParams('error=access_denied')]) {
      const error = await errorOf(client.handleCallback(input, transaction), 'state_mismatch');
      expect(error).not.toBeInstanceOf(AuthorizationError);
      expect(error.message).toContain('has no "state"');
      expect(error.message).toContain('the user denied access (access_denied)');
    }
    expectNoExchange();
  });

  it('reports another error without a state in one line of bounded length', async () => {
    const query = new URLSearchParams({ error: `server_error\n${'x'.repeat(5000)}` });
    const { message } = await errorOf(client.handleCallback(query, transaction), 'state_mismatch');
    expect(message).toContain('Its error: server_error x');
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(600);
  });

  it('awaits the onTokens hook before it returns the tokens (defect 7)', async () => {
    const saved: TokenSet[] = [];
    const saving = clientOf(server, {
      onTokens: async (tokens) => {
        await new Promise((resolve) => setImmediate(resolve));
        saved.push(tokens);
      },
    });
    const tokens = await connect(server, saving);
    expect(saved).toEqual([tokens]);
  });

  describe('checks the state first (RFC 6749 §10.12)', () => {
    it.each<[string, (url: URL) => void]>([
      ['another state', (url) => url.searchParams.set('state', 'x'.repeat(43))],
      ['no state', (url) => url.searchParams.delete('state')],
      [
        'an error with another state',
        (url) => {
          url.searchParams.set('error', 'access_denied');
          url.searchParams.set('state', 'forged');
        },
      ],
    ])('refuses a callback with %s', async (_, spoil) => {
      spoil(callback);
      await errorOf(client.handleCallback(callback, transaction), 'state_mismatch');
      expectNoExchange();
    });
  });

  describe('refuses a mix-up (RFC 9207)', () => {
    it('of an iss of another server', async () => {
      callback.searchParams.set('iss', 'https://evil.example');
      await errorOf(client.handleCallback(callback, transaction), 'issuer_mismatch');
      expectNoExchange();
    });

    it('of an error with an iss of another server', async () => {
      callback.searchParams.set('iss', 'https://evil.example');
      callback.searchParams.set('error', 'access_denied');
      await errorOf(client.handleCallback(callback, transaction), 'issuer_mismatch');
    });

    it('of no iss from a server that announces it', async () => {
      callback.searchParams.delete('iss');
      await errorOf(client.handleCallback(callback, transaction), 'issuer_mismatch');
      expectNoExchange();
    });

    it('but accepts no iss from a server that does not announce it', async () => {
      server.metadata.authorization_response_iss_parameter_supported = false;
      const start = await clientOf(server).startAuthorization();
      const back = server.allow(start.url);
      back.searchParams.delete('iss');
      const tokens = await clientOf(server).handleCallback(back, start.transaction);
      expect(tokens.accessToken).toBe('access-token-1');
    });

    it('of a transaction that started at another issuer', async () => {
      const other = { ...transaction, issuer: 'https://other.example' };
      await errorOf(client.handleCallback(callback, other), 'transaction_invalid');
      expectNoExchange();
    });

    it('of a transaction that started with another client', async () => {
      await errorOf(
        client.handleCallback(callback, { ...transaction, clientId: 'app-2' }),
        'transaction_invalid',
      );
      expectNoExchange();
    });
  });

  it('reports a missing session', async () => {
    const error = await errorOf(client.handleCallback(callback, undefined), 'transaction_invalid');
    expect(error.message).toContain('SameSite=Lax');
  });

  it('refuses a transaction that lacks a member', async () => {
    const broken = JSON.parse(JSON.stringify({ ...transaction, state: undefined }));
    await errorOf(client.handleCallback(callback, broken), 'transaction_invalid');
    const emptied = { ...transaction, state: '' };
    callback.searchParams.delete('state');
    await errorOf(client.handleCallback(callback, emptied), 'transaction_invalid');
  });

  it.each(['code', 'state', 'iss', 'error'])('refuses a repeated %s (RFC 6749 §3.1)', async (name) => {
    callback.searchParams.append(name, 'a');
    callback.searchParams.append(name, 'a');
    await errorOf(client.handleCallback(callback, transaction), 'invalid_callback');
    expectNoExchange();
  });

  it('accepts a repeated parameter that belongs to the redirect URI', async () => {
    callback.searchParams.append('tag', 'a');
    callback.searchParams.append('tag', 'b');
    await expect(client.handleCallback(callback, transaction)).resolves.toHaveProperty('accessToken');
  });

  it.each(['missing', 'empty'])('refuses a %s code without a request (defect 5)', async (kind) => {
    if (kind === 'missing') callback.searchParams.delete('code');
    else callback.searchParams.set('code', '');
    await errorOf(client.handleCallback(callback, transaction), 'invalid_callback');
    expectNoExchange();
  });

  it('refuses what is not a URL', async () => {
    await errorOf(client.handleCallback('http://[', transaction), 'invalid_callback');
  });

  it('throws AuthorizationDeniedError if the user denied access', async () => {
    callback.searchParams.set('error', 'access_denied');
    callback.searchParams.set('error_description', 'The user\nsaid no');
    const error = await errorOf(client.handleCallback(callback, transaction), 'authorization_denied');
    expect(error).toBeInstanceOf(AuthorizationDeniedError);
    expect(error).toMatchObject({ error: 'access_denied', errorDescription: 'The user said no' });
    expectNoExchange();
  });

  it('reports every other error with its code and description (RFC 6749 §4.1.2.1)', async () => {
    callback.searchParams.set('error', 'login_required');
    callback.searchParams.set('error_description', 'No user is signed in');
    const error = await errorOf(client.handleCallback(callback, transaction), 'authorization_error');
    expect(error).toBeInstanceOf(AuthorizationError);
    expect(error).toMatchObject({ error: 'login_required', errorDescription: 'No user is signed in' });
    expect(error.message).toContain('login_required');
    expectNoExchange();
  });

  it('gets tokens for a code once', async () => {
    await client.handleCallback(callback, transaction);
    const error = await errorOf(client.handleCallback(callback, transaction), 'oauth_error');
    expect(error).toMatchObject({ status: 400, error: 'invalid_grant' });
  });

  it('requires an ID token if openid was requested (OIDC Core §3.1.3.3)', async () => {
    server.editResponse = (response) => ({ ...response, id_token: undefined });
    await errorOf(client.handleCallback(callback, transaction), 'id_token_invalid');
  });

  it('needs no ID token for plain OAuth', async () => {
    const tokens = await connect(server, clientOf(server, { scope: 'files' }));
    expect(tokens).toMatchObject({ accessToken: 'access-token-1', scope: 'files' });
    expect(tokens).not.toHaveProperty('idToken');
  });

  it('keeps the granted scope, not the requested one', async () => {
    server.editResponse = (response) => ({ ...response, scope: 'openid' });
    expect((await client.handleCallback(callback, transaction)).scope).toBe('openid');
  });
});
