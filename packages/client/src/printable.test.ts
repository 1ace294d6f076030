import { expect, it } from 'vitest';
import { printable } from './printable.js';

it('returns one line of bounded length', () => {
  expect(printable('one\r\n\u0000two')).toBe('one two');
  expect(printable('x'.repeat(5000))).toHaveLength(300);
});

it('removes secrets, wherever they are', () => {
  expect(printable('code code-123456 and code-123456 again', ['code-123456'])).toBe(
    'code [removed] and [removed] again',
  );
});

it('removes a secret before it shortens the text, so that no part of the secret remains', () => {
  expect(printable(`${'x'.repeat(295)}secret-value`, ['secret-value'])).not.toContain('secre');
});
