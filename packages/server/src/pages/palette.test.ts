import { describe, expect, it } from 'vitest';
import { contrast } from './contrast.js';
import { contrastPairs, dark, light } from './palette.js';

it('computes the ratios that WCAG gives for black, white and a known grey', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s palette', (_mode, palette) => {
  it.each(contrastPairs)('gives $foreground on $background at least $atLeast:1 (WCAG 2.2 AA)', (pair) => {
    expect(contrast(palette[pair.foreground], palette[pair.background])).toBeGreaterThanOrEqual(pair.atLeast);
  });

  it('is written in six-digit hex', () => {
    for (const value of Object.values(palette)) expect(value).toMatch(/^#[0-9a-f]{6}$/);
  });
});
