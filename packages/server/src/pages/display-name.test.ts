import { expect, it } from 'vitest';
import { displayName, monogram } from './display-name.js';

it.each([
  ['\u202Eelgoog', 'elgoog'],
  ['a\u2066b\u2069c\u202Ad\u202Ce', 'abcde'],
  ['Demo\u0000\r\nApp\u009F', 'DemoApp'],
])('removes what reorders or hides text from %j', (name, expected) => {
  expect(displayName(name, 'x')).toBe(expected);
});

it.each(['עדה לאבלייס', 'عبد الرحمن', 'می\u200Cخواهم', '👩‍💻 Tools', "O'Brien & Søn"])(
  'leaves %s as it is',
  (name) => {
    expect(displayName(name, 'x')).toBe(name);
  },
);

it.each(['', '   ', '\u202E', '\u0000\u2069 '])(
  'returns the fallback where nothing visible is left of %j',
  (name) => {
    expect(displayName(name, 'An app without a name')).toBe('An app without a name');
  },
);

it.each([
  ['demo app', 'D'],
  ['<img src=x>', 'I'],
  ['  9lives', '9'],
  ['👩‍💻 Tools', '👩‍💻'],
  ['é', 'É'],
  ['عبد', 'ع'],
  ['…', '•'],
])('takes one grapheme of %j for the tile', (name, expected) => {
  expect(monogram(name)).toBe(expected);
});
