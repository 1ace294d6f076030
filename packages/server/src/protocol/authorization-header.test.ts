import { describe, expect, it } from 'vitest';
import { credentialsOf, OAuthError, readBearerToken } from './index.js';

const withHeader = (authorization?: string) =>
  new Headers(authorization === undefined ? {} : { authorization });

describe('the credentials of an Authorization header (RFC 9110 §11.6.2)', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['BEARER   abc', 'abc'],
    ['Bearer', ''],
    ['Bearer a b', 'a b'],
    ['Bearerabc', undefined],
    ['Bearer\tabc', undefined],
    ['Basic YTpi', undefined],
    ['abc', undefined],
  ])('of "%s" for Bearer are %j', (header, credentials) => {
    expect(credentialsOf(withHeader(header), 'Bearer')).toBe(credentials);
  });

  it('are undefined without the header', () => {
    expect(credentialsOf(withHeader(), 'Basic')).toBeUndefined();
    expect(readBearerToken(withHeader())).toBeUndefined();
  });

  it('are read in linear time, however many spaces they have', () => {
    expect(credentialsOf(withHeader(`Basic ${' '.repeat(60_000)}\tx`), 'Basic')).toBe('\tx');
  });
});

describe('the bearer token of a request (RFC 6750 §2.1)', () => {
  it('is what the header has after the scheme', () => {
    expect(readBearerToken(withHeader('Bearer a.b-c_d~e+f/g=='))).toBe('a.b-c_d~e+f/g==');
  });

  it.each(['Bearer', 'Bearer a b', 'Bearer a,b', 'Bearer =a', 'Bearer "a"', 'Bearer a\u00e9', 'Bearer \ta'])(
    'is refused as "%s" (§3.1)',
    (header) => {
      expect(() => readBearerToken(withHeader(header))).toThrow(OAuthError);
    },
  );
});
