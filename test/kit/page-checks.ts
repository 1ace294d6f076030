import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { screenshot } from './chromium.js';
import { expectWellMade } from './well-made.js';

/** A phone and a desktop. */
const sizes = [
  { width: 390, height: 844 },
  { width: 1280, height: 800 },
] as const;

/** The rules of WCAG 2.2 A and AA, and what axe recommends besides. */
const axeSource = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeViolation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

export interface PageCheckOptions {
  /** The `lang` that the page must have. Default: `en`. */
  readonly language?: string;
  /** Keeps a picture of each size and colour scheme in `artifacts/`, with this name. */
  readonly picture?: string;
}

/**
 * Checks the page that a browser shows in phone and desktop size, in light and dark: axe finds nothing, nothing is wider
 * than the screen, and keyboards and screen readers find what they need. It restores the page afterwards.
 */
export async function checkPage(page: Page, options: PageCheckOptions = {}): Promise<void> {
  const before = page.viewportSize();
  for (const size of sizes) {
    await page.setViewportSize(size);
    await expectWellMade(page, options.language);
    for (const colorScheme of ['light', 'dark'] as const) {
      // Without transitions, so that no colour is captured between the schemes.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // Colours do not depend on the size, and one size is enough for what depends on neither.
      if (size.width === 390) await expectAccessible(page);
      if (options.picture !== undefined) {
        await screenshot(page, `${options.picture}-${size.width}-${colorScheme}`);
      }
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (before !== null) await page.setViewportSize(before);
}

/** axe-core finds no violation on the page. */
async function expectAccessible(page: Page): Promise<void> {
  // The policy of the page does not apply to what a debugger evaluates.
  await page.evaluate(await axeSource);
  const violations: readonly AxeViolation[] = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(root: Document): Promise<{ violations: AxeViolation[] }> };
    };
    return (await axe.run(document)).violations;
  });
  const found = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(' ')}`,
  );
  expect(found, page.url()).toEqual([]);
}
