import type { Page } from 'playwright-core';
import { screenshot } from '../kit/chromium.js';
import { expectWellMade } from './well-made.js';

/** Takes screenshots of a page in phone and desktop size, in light and dark, then restores the page. */
export async function photograph(page: Page, name: string): Promise<void> {
  const size = page.viewportSize();
  for (const [width, height] of [
    [390, 844],
    [1280, 800],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expectWellMade(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      // Without transitions, so that no colour is captured between the schemes.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await screenshot(page, `newcomer/${name}-${width}-${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (size !== null) await page.setViewportSize(size);
}
