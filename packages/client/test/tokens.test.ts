import { describe, expect, it } from 'vitest';
import { ClientError, createClient, parseTokens, serializeTokens, type TokenSet } from '../src/index.js';

const tokens: TokenSet = {
  accessToken: 'access-1',
  tokenType: 'Bearer',
  expiresAt: 1_800_000_000,
  refreshToken: 'refresh-1',
  idToken: 'a.b.c',
  claims: {
    iss: 'https://as.example',
    sub: 'user-1',
    aud: ['app-1'],
    exp: 2,
    iat: 1,
    address: { city: 'Riga' },
  },
  scope: 'openid',
};

describe('serializeTokens and parseTokens', () => {
  it('restore what was stored, as text and as a parsed value', () => {
    const text = serializeTokens(tokens);
    expect(parseTokens(text)).toEqual(tokens);
    expect(parseTokens(JSON.parse(text))).toEqual(tokens);
  });

  it('need only an access token', () => {
    const least: TokenSet = { accessToken: 'a', tokenType: 'Bearer' };
    expect(parseTokens(serializeTokens(least))).toEqual(least);
  });

  it('store only the members of tokens', () => {
    expect(serializeTokens({ ...tokens, codeVerifier: 'v' } as TokenSet)).not.toContain('codeVerifier');
  });

  it('omit null and convert an expiry of digits (defect 6)', () => {
    const stored = {
      ...tokens,
      refreshToken: null,
      scope: null,
      idToken: null,
      claims: null,
      expiresAt: '17',
    };
    expect(parseTokens(stored)).toEqual({ accessToken: 'access-1', tokenType: 'Bearer', expiresAt: 17 });
    expect(parseTokens({ ...stored, expiresAt: null })).not.toHaveProperty('expiresAt');
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['a text that is not JSON', 'access-1'],
    ['a list', [tokens]],
    ['no access token', { ...tokens, accessToken: undefined }],
    ['an access token that is null', { ...tokens, accessToken: null }],
    ['an access token that is a number', { ...tokens, accessToken: 7 }],
    ['an empty access token', { ...tokens, accessToken: '' }],
    ['another token type', { ...tokens, tokenType: 'DPoP' }],
    ['no token type', { ...tokens, tokenType: undefined }],
    ['an expiry that is a date', { ...tokens, expiresAt: '2026-01-01' }],
    ['an expiry that is a bigint', { ...tokens, expiresAt: 17n }],
    ['an expiry that is not a number', { ...tokens, expiresAt: Number.NaN }],
    ['a refresh token that is a number', { ...tokens, refreshToken: 7 }],
    ['an empty refresh token', { ...tokens, refreshToken: '' }],
    ['an ID token without claims', { ...tokens, claims: undefined }],
    ['claims without an ID token', { ...tokens, idToken: undefined }],
    ['claims without a user', { ...tokens, claims: { ...tokens.claims, sub: undefined } }],
    ['claims that are text', { ...tokens, claims: 'user-1' }],
  ])('refuse %s, and do not show the tokens in the error (defect 6)', (_, stored) => {
    const error = (() => {
      try {
        return parseTokens(stored);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(ClientError);
    expect(error).toMatchObject({ code: 'invalid_tokens' });
    expect(String(error)).not.toMatch(/access-1|refresh-1|a\.b\.c/);
  });
});

describe('parseTokens of a stored token response (RFC 6749 §5.1)', () => {
  const response = {
    access_token: 'access-1',
    token_type: 'bearer',
    expires_in: 3600,
    refresh_token: 'refresh-1',
    id_token: 'a.b.c',
    scope: 'openid files:read',
  };
  const restored = {
    accessToken: 'access-1',
    tokenType: 'Bearer',
    refreshToken: 'refresh-1',
    scope: 'openid files:read',
  };

  it('reads it as text and as a value, without the ID token, which was not validated', () => {
    expect(parseTokens(response)).toEqual(restored);
    expect(parseTokens(JSON.stringify(response))).toEqual(restored);
  });

  it('counts expires_in from when it was received, also if it is digits', () => {
    const expected = { ...restored, expiresAt: 1_800_003_600 };
    expect(parseTokens(response, { receivedAt: 1_800_000_000 })).toEqual(expected);
    expect(parseTokens({ ...response, expires_in: '3600' }, { receivedAt: 1_800_000_000 })).toEqual(expected);
  });

  it('uses the expires_at that many libraries store with it', () => {
    expect(parseTokens({ ...response, expires_at: 1_700_000_000 })).toMatchObject({
      expiresAt: 1_700_000_000,
    });
  });

  it('returns tokens that can be stored and restored', () => {
    const parsed = parseTokens(response, { receivedAt: 1 });
    expect(parseTokens(serializeTokens(parsed))).toEqual(parsed);
  });

  it('reads a TokenSet if both spellings are present', () => {
    expect(parseTokens({ ...response, ...tokens })).toEqual(tokens);
  });

  it.each([
    ['accessToken', { access_token: '' }],
    ['accessToken', { access_token: 7 }],
    ['tokenType', { token_type: 'mac' }],
    ['tokenType', { token_type: undefined }],
    ['expires_in', { expires_in: 'soon' }],
    ['refreshToken', { refresh_token: 7 }],
  ])('refuses a wrong %s by name, without its value', (name, wrong) => {
    const parse = () => parseTokens({ ...response, ...wrong });
    expect(parse).toThrow(ClientError);
    expect(parse).toThrow(name);
  });
});

describe('throwIfExpired', () => {
  const client = createClient({
    issuer: 'https://as.example',
    clientId: 'app',
    redirectUri: 'https://app.example/cb',
  });
  const now = Math.floor(Date.now() / 1000);
  const expiring = (expiresAt: number, more: Partial<TokenSet> = {}): TokenSet => ({
    accessToken: 'access-1',
    tokenType: 'Bearer',
    expiresAt,
    ...more,
  });
  const codeOf = (given: TokenSet, options?: { skewSeconds: number }) => {
    try {
      client.throwIfExpired(given, options);
      return undefined;
    } catch (error) {
      return error instanceof ClientError ? error.code : error;
    }
  };

  it('throws tokens_expired for expired tokens, with what to do', () => {
    expect(codeOf(expiring(now - 1))).toBe('tokens_expired');
    expect(() => client.throwIfExpired(expiring(1))).toThrow('startAuthorization');
    expect(() => client.throwIfExpired(expiring(1, { refreshToken: 'refresh-1' }))).toThrow('Call refresh');
  });

  it('accepts valid tokens and tokens without an expiry, and counts the skew', () => {
    expect(codeOf(expiring(now + 600))).toBeUndefined();
    expect(codeOf({ accessToken: 'access-1', tokenType: 'Bearer' })).toBeUndefined();
    expect(codeOf(expiring(now + 600), { skewSeconds: 3600 })).toBe('tokens_expired');
  });
});
