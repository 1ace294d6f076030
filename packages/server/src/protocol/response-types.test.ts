import { expect, it } from 'vitest';
import { isResponseMode, parseResponseType } from './index.js';

it.each([
  ['code', 'code'],
  ['code id_token', 'code id_token'],
  ['id_token code', 'code id_token'],
  ['', undefined],
  ['CODE', undefined],
  ['code code', undefined],
  ['code  id_token', undefined],
  [' code', undefined],
  ['token', undefined],
  ['id_token', 'id_token'],
  ['token id_token', 'id_token token'],
  ['token code', 'code token'],
  ['token id_token code', 'code id_token token'],
  ['toString', undefined],
  ['__proto__', undefined],
])(
  'response_type %j is %s, in any order of its values (OAuth 2.0 Multiple Response Types §3)',
  (text, type) => {
    expect(parseResponseType(text)).toBe(type);
  },
);

it.each([
  ['query', true],
  ['fragment', true],
  ['form_post', true],
  ['Query', false],
  ['', false],
])('response_mode %j is known: %s', (mode, known) => {
  expect(isResponseMode(mode)).toBe(known);
});
