import { expect, it } from 'vitest';
import { printable } from './printable.js';

it('makes one line of bounded length', () => {
  expect(printable('one\r\n\u0000two')).toBe('one two');
  expect(printable('x'.repeat(5000))).toHaveLength(300);
});

it('removes secrets that came back, wherever they are', () => {
  expect(printable('code code-123456 and code-123456 again', ['code-123456'])).toBe(
    'code [removed] and [removed] again',
  );
});

it('removes a secret before shortening, so that no part of it is left at the end', () => {
  expect(printable(`${'x'.repeat(295)}secret-value`, ['secret-value'])).not.toContain('secre');
});
