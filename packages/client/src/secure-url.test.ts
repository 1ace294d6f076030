import { expect, it } from 'vitest';
import { isSecureUrl } from './secure-url.js';

it.each([
  'https://as.example',
  'http://localhost:8888',
  'http://as.localhost',
  'http://127.0.0.1:1',
  'http://[::1]:1',
])('accepts %s', (url) => {
  expect(isSecureUrl(url)).toBe(true);
});

it.each([
  'http://as.example',
  'http://localhost.example',
  'http://127.0.0.1.example',
  'http://10.0.0.1',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'as.example',
  '',
])('refuses %j', (url) => {
  expect(isSecureUrl(url)).toBe(false);
});
