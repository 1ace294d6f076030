import { describe, expect, it } from 'vitest';
import { safeHref, safeWebUrl } from './safe-href.js';

const refusedEverywhere = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:x',
  'file:///etc/passwd',
  'blob:https://a.example/1',
  'com.example.app:/callback',
  'https://bank.example@evil.example/',
  'https://user:secret@a.example/',
  'https://',
  '//evil.example/x',
  '/\\evil.example/x',
  '/\t/evil.example/x',
  'account',
  '',
];

describe('safeWebUrl', () => {
  it.each([
    ['https://a.example/logo.png', 'https://a.example/logo.png'],
    ['http://localhost:4200/logo.png', 'http://localhost:4200/logo.png'],
    ['HTTPS://A.example', 'https://a.example/'],
  ])('passes %s', (value, expected) => {
    expect(safeWebUrl(value)).toBe(expected);
  });

  it.each([...refusedEverywhere, '/account'])('drops %j', (value) => {
    expect(safeWebUrl(value)).toBeUndefined();
  });
});

describe('safeHref', () => {
  it.each(['/account', '/oauth2/authorize?prompt=login&x=//y', '/', 'https://a.example/'])(
    'passes %s',
    (value) => {
      expect(safeHref(value)).toBe(value);
    },
  );

  it.each(refusedEverywhere)('drops %j', (value) => {
    expect(safeHref(value)).toBeUndefined();
  });
});
