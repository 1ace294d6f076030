import { describe, expect, it } from 'vitest';
import { ClientError, parseTokens, serializeTokens, type TokenSet } from '../src/index.js';

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

  it('need no more than an access token', () => {
    const least: TokenSet = { accessToken: 'a', tokenType: 'Bearer' };
    expect(parseTokens(serializeTokens(least))).toEqual(least);
  });

  it('store nothing but tokens', () => {
    expect(serializeTokens({ ...tokens, codeVerifier: 'v' } as TokenSet)).not.toContain('codeVerifier');
  });

  it('leave out what is null and mend an expiry of digits (defect 6)', () => {
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
