import { describe, expect, it } from 'vitest';
import { formatScope, isScopeValue, OAuthError, parseScope } from './index.js';

describe('a scope string (RFC 6749 §3.3)', () => {
  it.each([
    ['openid', ['openid']],
    ['openid profile', ['openid', 'profile']],
    ['profile openid', ['profile', 'openid']],
    ['openid openid', ['openid']],
    [' openid  profile ', ['openid', 'profile']],
    ['files:read https://api.example.com/.default', ['files:read', 'https://api.example.com/.default']],
    ['', []],
    ['   ', []],
    ['__proto__ constructor', ['__proto__', 'constructor']],
    ["!#$%&'()*+,-./", ["!#$%&'()*+,-./"]],
  ])('%j holds %j', (text, values) => {
    expect(parseScope(text)).toEqual(values);
  });

  it('that was not sent has no values', () => {
    expect(parseScope(undefined)).toEqual([]);
  });

  it.each([
    ['a quote', 'openid "profile"'],
    ['a backslash', 'open\\id'],
    ['a tab', 'openid\tprofile'],
    ['a line feed', 'openid\nprofile'],
    ['NUL', 'openid\u0000'],
    ['a no-break space', 'openid\u00a0profile'],
    ['letters beyond ASCII', 'été'],
    ['DEL', 'a\u007f'],
    ['half a character', '\ud800'],
    ['a word of 129 characters', 'a'.repeat(129)],
  ])('may not have %s', (_what, text) => {
    expect(() => parseScope(text)).toThrow(expect.objectContaining({ code: 'invalid_scope' }));
  });

  it('may have 64 values, but not 65', () => {
    const names = Array.from({ length: 65 }, (_, at) => `s${at}`);
    expect(parseScope(names.slice(1).join(' '))).toHaveLength(64);
    expect(() => parseScope(names.join(' '))).toThrow(OAuthError);
  });

  it('is formatted as it was parsed', () => {
    expect(formatScope(parseScope('b a'))).toBe('b a');
  });
});

it('a scope value is one word', () => {
  expect(isScopeValue('openid')).toBe(true);
  for (const value of ['', ' ', 'a b', 'a"b', 'a\\b']) expect(isScopeValue(value)).toBe(false);
});
