import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/**
 * What keyboards and screen readers need of any page.
 *
 * @param language the `lang` that the page must have
 */
export async function expectWellMade(page: Page, language = 'en'): Promise<void> {
  const found = await page.evaluate(() => {
    const { documentElement: root } = document;
    const all = (selector: string) => Array.from(root.querySelectorAll<HTMLElement>(selector));
    const ids = all('[id]').map(({ id }) => id);
    const references = ['aria-labelledby', 'aria-describedby', 'for'].flatMap((name) =>
      all(`[${name}]`).flatMap((element) => (element.getAttribute(name) ?? '').split(' ')),
    );
    const levels = all('h1, h2, h3, h4').map(({ tagName }) => Number(tagName.slice(1)));
    return {
      language: root.lang,
      title: document.title.trim() !== '',
      mains: all('main').length,
      headings: levels.filter((level) => level === 1).length,
      skippedLevels: levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1),
      twiceUsedIds: ids.filter((id, index) => ids.indexOf(id) !== index),
      danglingReferences: references.filter((id) => !ids.includes(id)),
      unlabelledFields: all('input:not([type=hidden], [hidden])')
        .map((field) => field as HTMLInputElement)
        .filter((field) => (field.labels?.length ?? 0) === 0 || field.autocomplete === '')
        .map(({ name }) => name),
      namelessControls: all('button, a[href]').filter(
        (control) => (control.ariaLabel ?? control.textContent).trim() === '',
      ).length,
      imagesWithoutText: all('img:not([alt])').length,
      // The house's rule: every form has one submit button, and it has an id.
      oddForms: all('form').filter(
        (form) =>
          form.querySelectorAll('button').length !== 1 ||
          form.querySelector('button[type=submit][id]') === null,
      ).length,
      forcedOrder: all('[tabindex]:not([tabindex="0"]):not([tabindex="-1"])').length,
      // Of a page with a form; the policy of the page names them by their hashes.
      scripts: all('script:not(#form-script, #passkey-script), [onclick], [onsubmit]').length,
      scrollsSideways: root.scrollWidth > root.clientWidth,
    };
  });
  expect(found, page.url()).toEqual({
    language,
    title: true,
    mains: 1,
    headings: 1,
    skippedLevels: [],
    twiceUsedIds: [],
    danglingReferences: [],
    unlabelledFields: [],
    namelessControls: 0,
    imagesWithoutText: 0,
    oddForms: 0,
    forcedOrder: 0,
    scripts: 0,
    scrollsSideways: false,
  });
}

/** The ids that Tab visits from the top of the page, one after the other, until it leaves the page. */
export async function focusOrder(page: Page): Promise<readonly string[]> {
  await page.evaluate(() => {
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  });
  const visited: string[] = [];
  for (let presses = 0; presses < 50; presses += 1) {
    await page.keyboard.press('Tab');
    const id = await page.evaluate(() =>
      document.activeElement === document.body ? null : (document.activeElement?.id ?? ''),
    );
    if (id === null || (visited.length > 0 && id === visited[0])) break;
    visited.push(id);
  }
  return visited;
}
