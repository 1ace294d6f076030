import { describe, expect, it } from 'vitest';
import { contrastPairs, dark, light } from './palette.js';

// WCAG 2.2, "relative luminance" and "contrast ratio".
function luminance(hex: string): number {
  const channel = (at: number) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

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
