import { expect, it } from 'vitest';
import { isLoopbackHost, isSecureUrl } from './index.js';

it.each([
  ['localhost', true],
  ['[::1]', true],
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['128.0.0.1', false],
  ['localhost.example.com', false],
  ['127.0.0.1.example.com', false],
  ['0.0.0.0', false],
])('whether %s is a loopback host: %s', (host, loopback) => {
  expect(isLoopbackHost(host)).toBe(loopback);
});

it.each([
  'https://as.example',
  'http://localhost:8888',
  'http://as.localhost',
  'http://127.0.0.1:1',
  'http://[::1]:1',
])('may send tokens to %s', (url) => {
  expect(isSecureUrl(url)).toBe(true);
});

it.each([
  'http://as.example',
  'http://localhost.example',
  'http://127.0.0.1.example',
  'http://10.0.0.1',
  'https://user:password@as.example',
  'https://user@as.example',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'as.example',
  '',
])('may not send tokens to %j', (url) => {
  expect(isSecureUrl(url)).toBe(false);
});
