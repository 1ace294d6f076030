import { expect, it } from 'vitest';
import { isLoopbackHost } from './index.js';

it.each([
  ['localhost', true],
  ['[::1]', true],
  ['127.0.0.1', true],
  ['127.255.0.9', true],
  ['128.0.0.1', false],
  ['localhost.example.com', false],
  ['127.0.0.1.example.com', false],
  ['0.0.0.0', false],
])('whether %s is this machine alone: %s', (host, loopback) => {
  expect(isLoopbackHost(host)).toBe(loopback);
});
