import { expect, it } from 'vitest';
import { hasLogin, loginAttributesOf } from '../../src/ldap/ldap-filter.js';

const entry: Readonly<Record<string, readonly string[]>> = {
  sAMAccountName: ['Hopper'],
  userPrincipalName: ['hopper@corp.example'],
};

it.each([
  ['(&(objectClass=user)(sAMAccountName={login}))', 'hopper', true],
  ['(&(objectClass=user)(sAMAccountName={login}))', 'h\u00F4pper', false],
  ['(|(sAMAccountName={login})(userPrincipalName={login}))', 'hopper@corp.example', true],
  ['(userPrincipalName={login}@corp.example)', 'hopper', true],
  ['(userPrincipalName={login}@corp.example)', 'hop\u200Bper', false],
  // Attributes that the directory does not show, and comparisons with a part of the login, leave the decision to it.
  ['(anr={login})', 'h\u00F4pper', true],
  ['(sAMAccountName={login}*)', 'hop', true],
])('the filter %s finds an entry by the login %j: %s', (filter, login, expected) => {
  expect(hasLogin(loginAttributesOf(filter), (name) => entry[name] ?? [], login)).toBe(expected);
});
