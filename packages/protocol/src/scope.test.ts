import { expect, it } from 'vitest';
import { isScopeToken, scopeNames } from './index.js';

it.each<[string | readonly string[] | undefined, readonly string[]]>([
  ['openid  files:read ', ['openid', 'files:read']],
  [
    ['openid', 'files:read files:write'],
    ['openid', 'files:read', 'files:write'],
  ],
  ['', []],
  [undefined, []],
])('the scope %j names %j', (scope, names) => {
  expect(scopeNames(scope)).toEqual(names);
});

it.each([
  ['files:read', true],
  ['!#[]~', true],
  ['', false],
  ['a b', false],
  ['a"b', false],
  ['a\\b', false],
  ['ü', false],
])('whether %j is a scope token is %s (RFC 6749 §3.3)', (value, valid) => {
  expect(isScopeToken(value)).toBe(valid);
});
