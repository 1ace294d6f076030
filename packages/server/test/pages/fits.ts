import type { Page } from 'playwright-core';

/** How a page is shown on a phone. */
export interface Shown {
  readonly language: string;
  readonly direction: string;
  readonly scrollsSideways: boolean;
  /** The ids of buttons and headings whose text is longer than they are wide. */
  readonly cutOff: readonly string[];
}

/** How the page, and each document in its frames, is shown. */
export function shownOn(page: Page): Promise<readonly Shown[]> {
  return page.evaluate(() => {
    const frames = Array.from(document.querySelectorAll('iframe'), ({ contentDocument }) => contentDocument);
    return [document, ...frames].map((shown) => {
      if (shown === null) throw new Error('a frame has no document');
      const root = shown.documentElement;
      const parts = Array.from(shown.querySelectorAll<HTMLElement>('button, .button, h1, .mark-word'));
      return {
        language: root.lang,
        direction: getComputedStyle(root).direction,
        scrollsSideways: root.scrollWidth > root.clientWidth,
        cutOff: parts.filter((part) => part.scrollWidth > part.clientWidth + 1).map(({ id }) => id),
      };
    });
  });
}

/**
 * How documents of a server are shown on a phone of 390 px. They are in frames of one page, without scripts: that is faster
 * than to open each of them.
 *
 * @param issuer of the server, whose stylesheets they load
 */
export async function shownOnPhone(
  page: Page,
  issuer: string,
  documents: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, Shown>>> {
  // A file of the server without a policy, which the frames would inherit.
  await page.goto(`${issuer}/robots.txt`);
  await page.evaluate(
    (htmls) =>
      Promise.all(
        htmls.map((html) => {
          const frame = document.createElement('iframe');
          frame.setAttribute('sandbox', 'allow-same-origin');
          frame.style.cssText = 'width: 390px; height: 844px; border: 0';
          frame.srcdoc = html;
          const loaded = new Promise((resolve) => frame.addEventListener('load', resolve));
          document.body.append(frame);
          return loaded;
        }),
      ).then(() => undefined),
    Object.values(documents),
  );
  const [, ...shown] = await shownOn(page);
  return Object.fromEntries(
    Object.keys(documents).flatMap((name, at) => (shown[at] ? [[name, shown[at]]] : [])),
  );
}
