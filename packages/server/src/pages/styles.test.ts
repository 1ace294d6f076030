import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { light } from './palette.js';
import { stylesheet } from './styles.js';

it('has a path and an entity tag that follow its content (RFC 9110 §8.8.3)', () => {
  const hash = createHash('sha256').update(stylesheet.body).digest('hex').slice(0, 10);
  expect(stylesheet.path).toBe(`/assets/grantor.${hash}.css`);
  expect(stylesheet.etag).toBe(`"${hash}"`);
});

it('loads no external resource', () => {
  expect(stylesheet.body).not.toMatch(/url\(|@import|@font-face|https?:/i);
});

it('takes its colours from the palette, whose contrast is tested', () => {
  const names = [...stylesheet.body.matchAll(/var\(--([a-z-]+)\)/g)].map((match) => match[1]);
  const known = new Set(
    Object.keys(light).map((name) => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)),
  );
  for (const name of ['shadow', 'radius', 'font', 'brand', 'on-brand']) known.add(name);
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => name === undefined || !known.has(name))).toEqual([]);
  const rules = stylesheet.body.replace(/^.*:root \{.*$/gm, '');
  // The background of a logo is white, and a QR code is black on white.
  expect(new Set(rules.match(/#[0-9a-f]{3,8}\b/gi))).toEqual(new Set(['#fff', '#000']));
});

it('serves both modes, reduced motion and forced colours', () => {
  for (const query of [
    'prefers-color-scheme: dark',
    'prefers-reduced-motion: no-preference',
    'forced-colors: active',
  ]) {
    expect(stylesheet.body).toContain(`@media (${query})`);
  }
  const still = stylesheet.body.replace(/@media \(prefers-reduced-motion[^@]*/, '');
  expect(still).not.toMatch(/transition|animation/);
});
