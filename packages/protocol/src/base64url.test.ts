import { expect, it } from 'vitest';
import { fromBase64url, toBase64url } from './index.js';

it('encodes every byte without padding, and decodes it again (RFC 7515 §2)', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const text = toBase64url(bytes);
  expect(text).toBe(Buffer.from(bytes).toString('base64url'));
  expect(fromBase64url(text)).toEqual(bytes);
});

it.each(['a', 'a+bc', 'a/bc', 'YQ==', 'a bc', 'aü', 'abcde'])('does not decode %j', (text) => {
  expect(fromBase64url(text)).toBeUndefined();
});
