import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createClient,
  MissingRefreshTokenError,
  type OAuthClient,
  parseTokens,
  serializeTokens,
  type TokenSet,
  TokensNotSavedError,
} from '../src/index.js';
import { AuthorizationServer } from './authorization-server.js';
import { clientOf, connect, errorOf, REDIRECT_URI } from './fixtures.js';

describe('refresh', () => {
  let server: AuthorizationServer;
  let tokens: TokenSet;
  beforeEach(async () => {
    server = await AuthorizationServer.start();
    tokens = await connect(server);
    server.seen.length = 0;
  });
  afterEach(async () => server.stop());

  it('gets new tokens for the refresh token (RFC 6749 §6)', async () => {
    const refreshed = await clientOf(server).refresh(tokens);
    expect(refreshed).toMatchObject({ accessToken: 'access-token-2', refreshToken: 'refresh-token-2' });
    expect(Object.fromEntries(server.requestsTo('/token')[0]?.form ?? [])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-token-1',
    });
  });

  it('is one request for any number of concurrent calls (defect 1)', async () => {
    const saved: TokenSet[] = [];
    const client = clientOf(server, { onTokens: (refreshed) => void saved.push(refreshed) });
    const results = await Promise.all(Array.from({ length: 20 }, async () => client.refresh(tokens)));
    expect(server.requestsTo('/token')).toHaveLength(1);
    expect(new Set(results.map((result) => result.refreshToken))).toEqual(new Set(['refresh-token-2']));
    expect(saved).toHaveLength(1);
  });

  it('keeps the refreshes of two users apart', async () => {
    const client = clientOf(server);
    const other = await connect(server, client);
    const results = await Promise.all([client.refresh(tokens), client.refresh(other)]);
    const sent = server.requestsTo('/token').flatMap(({ form }) => form.get('refresh_token') ?? []);
    expect(new Set(sent)).toEqual(new Set(['refresh-token-1', 'refresh-token-2']));
    expect(results[0]?.accessToken).not.toBe(results[1]?.accessToken);
  });

  it('works again after it failed, for calls that waited and for later calls (defect 2)', async () => {
    const client = clientOf(server);
    server.overrides.set('/token', () => ({ status: 503, body: { error: 'temporarily_unavailable' } }));
    const calls = [client.refresh(tokens), client.refresh(tokens)];
    await Promise.all(calls.map(async (call) => errorOf(call, 'oauth_error')));
    expect(server.requestsTo('/token')).toHaveLength(1);
    server.overrides.delete('/token');
    await expect(client.refresh(tokens)).resolves.toHaveProperty('accessToken', 'access-token-2');
  });

  it.each<[string, null | undefined]>([
    ['left out', undefined],
    ['null', null],
  ])(
    'carries refresh token, scope and ID token over if they are %s, twice (defect 3)',
    async (_, nothing) => {
      server.editResponse = (response) => ({
        ...response,
        refresh_token: nothing,
        scope: nothing,
        id_token: nothing,
      });
      const client = clientOf(server);
      const second = await client.refresh(await client.refresh(tokens));
      expect(second).toMatchObject({
        accessToken: 'access-token-3',
        refreshToken: 'refresh-token-1',
        scope: tokens.scope,
        idToken: tokens.idToken,
        claims: tokens.claims,
      });
    },
  );

  it('does not carry the old expiry over', async () => {
    server.editResponse = (response) => ({ ...response, expires_in: undefined });
    expect(await clientOf(server).refresh(tokens)).not.toHaveProperty('expiresAt');
  });

  it('refreshes with the tokens it is given, never with earlier ones (defect 4)', async () => {
    const client = clientOf(server);
    await client.refresh(await client.refresh(tokens));
    const sent = server.requestsTo('/token').map(({ form }) => form.get('refresh_token'));
    expect(sent).toEqual(['refresh-token-1', 'refresh-token-2']);
  });

  it('fails before any request where there is no refresh token (defect 5)', async () => {
    const { refreshToken: _, ...without } = tokens;
    await expect(clientOf(server).refresh(without)).rejects.toBeInstanceOf(MissingRefreshTokenError);
    expect(server.seen).toHaveLength(0);
  });

  it('works with tokens that were stored as JSON and restored (defect 6)', async () => {
    const client = clientOf(server);
    const restored = parseTokens(serializeTokens(tokens));
    expect(restored).toEqual(tokens);
    expect(client.isExpired(restored)).toBe(false);
    expect((await client.refresh(restored)).accessToken).toBe('access-token-2');
  });

  describe('and the onTokens hook (defect 7)', () => {
    it('is awaited, and receives the tokens that were refreshed', async () => {
      const saved: (TokenSet | undefined)[] = [];
      const client = clientOf(server, {
        onTokens: async (refreshed, previous) => {
          await new Promise((resolve) => setImmediate(resolve));
          saved.push(refreshed, previous);
        },
      });
      const refreshed = await client.refresh(tokens);
      expect(saved).toEqual([refreshed, tokens]);
    });

    it('does not lose the new tokens if it fails, and does not show them in logs', async () => {
      const client = clientOf(server, { onTokens: async () => Promise.reject(new Error('disk full')) });
      const error = await errorOf(client.refresh(tokens), 'tokens_not_saved');
      expect(error).toBeInstanceOf(TokensNotSavedError);
      expect((error as TokensNotSavedError<TokenSet>).tokens.refreshToken).toBe('refresh-token-2');
      expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toContain('-token-2');
    });
  });

  describe('with a new ID token (OIDC Core §12.2)', () => {
    it('uses its claims', async () => {
      server.editClaims = (claims) => ({ ...claims, name: 'Una Newname' });
      const refreshed = await clientOf(server).refresh(tokens);
      expect(refreshed.claims?.name).toBe('Una Newname');
      expect(refreshed.idToken).not.toBe(tokens.idToken);
    });

    it.each<[string, Partial<Record<string, unknown>>, RegExp]>([
      ['another user', { sub: 'user-2' }, /sub/],
      ['another issuer', { iss: 'https://evil.example' }, /iss/],
      ['another audience', { aud: 'app-2' }, /aud/],
      ['another nonce', { nonce: 'another' }, /nonce/],
      ['an expiry in the past', { exp: 1 }, /exp/],
    ])('refuses one for %s', async (_, change, message) => {
      server.editClaims = (claims) => ({ ...claims, ...change });
      const error = await errorOf(clientOf(server).refresh(tokens), 'id_token_invalid');
      expect(error.message).toMatch(message);
    });

    it('refuses one if the previous one was from another issuer', async () => {
      const { claims } = tokens;
      if (claims === undefined) throw new Error('no ID token to compare with');
      const elsewhere = { ...tokens, claims: { ...claims, iss: 'https://other.example' } };
      const error = await errorOf(clientOf(server).refresh(elsewhere), 'id_token_invalid');
      expect(error.message).toContain('another issuer');
    });

    it('refuses one with another time of sign-in', async () => {
      server.editClaims = (claims) => ({ ...claims, auth_time: 1000 });
      const first = await connect(server);
      server.editClaims = (claims) => ({ ...claims, auth_time: 2000 });
      await errorOf(clientOf(server).refresh(first), 'id_token_invalid');
    });
  });

  it('reports that the user must connect again if the refresh token is invalid', async () => {
    server.overrides.set('/token', ({ form }) => ({
      status: 400,
      body: { error: 'invalid_grant', error_description: `unknown ${form.get('refresh_token')}` },
    }));
    const error = await errorOf(clientOf(server).refresh(tokens), 'oauth_error');
    expect(error).toMatchObject({
      status: 400,
      error: 'invalid_grant',
      errorDescription: 'unknown [removed]',
    });
    expect(error.message).toContain('startAuthorization');
  });
});

/** A client with a fixed time. */
function at(seconds: number): OAuthClient {
  return createClient({
    issuer: 'https://as.example',
    clientId: 'app-1',
    redirectUri: REDIRECT_URI,
    now: () => seconds,
  });
}

describe('isExpired', () => {
  const tokens: TokenSet = { accessToken: 'a', tokenType: 'Bearer', expiresAt: 1000 };

  it('is true from ten seconds before the end', () => {
    expect(at(989).isExpired(tokens)).toBe(false);
    expect(at(990).isExpired(tokens)).toBe(true);
  });

  it('uses the given skew', () => {
    expect(at(999).isExpired(tokens, { skewSeconds: 0 })).toBe(false);
    expect(at(1000).isExpired(tokens, { skewSeconds: 0 })).toBe(true);
    expect(at(940).isExpired(tokens, { skewSeconds: 60 })).toBe(true);
  });

  it('is false if the server sent no lifetime', () => {
    expect(at(9_999_999_999).isExpired({ accessToken: 'a', tokenType: 'Bearer' })).toBe(false);
  });

  it('reads an expiry that a store turned into text (defect 6)', () => {
    const restored = { ...tokens, expiresAt: '1000' } as unknown as TokenSet;
    expect(at(989).isExpired(restored)).toBe(false);
    expect(at(990).isExpired(restored)).toBe(true);
  });

  it('refuses null (defect 6)', () => {
    expect(() => at(0).isExpired(null as unknown as TokenSet)).toThrow(/not a JSON object/);
  });
});
