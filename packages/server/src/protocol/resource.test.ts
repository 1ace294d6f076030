import { expect, it } from 'vitest';
import { resourceKey } from './index.js';

it.each([
  ['HTTPS://API.example.com', 'https://api.example.com/'],
  ['URN:example:api', 'urn:example:api'],
])('%s and %s are one resource (RFC 8707 §2)', (one, other) => {
  expect(resourceKey(one)).toBe(resourceKey(other));
});

it.each([
  ['https://api.example.com/mcp', 'https://api.example.com/mcp/'],
  ['https://api.example.com/a', 'https://api.example.com/A'],
  ['files-api', 'mail-api'],
  ['files-api', ''],
])('%o and %o are two (RFC 8707 §2)', (one, other) => {
  expect(resourceKey(one)).not.toBe(resourceKey(other));
});
