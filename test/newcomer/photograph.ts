import type { Page } from 'playwright-core';
import { screenshot } from '../kit/chromium.js';
import { expectWellMade } from './well-made.js';

/** Takes a page's picture on a phone and on a desk, by day and by night, and leaves it as it was. */
export async function photograph(page: Page, name: string): Promise<void> {
  const size = page.viewportSize();
  for (const [width, height] of [
    [390, 844],
    [1280, 800],
  ] as const) {
    await page.setViewportSize({ width, height });
    await expectWellMade(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      // A colour that is still on its way to the other scheme is nobody's to see.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await screenshot(page, `newcomer/${name}-${width}-${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  if (size !== null) await page.setViewportSize(size);
}
