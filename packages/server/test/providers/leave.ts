import type { HttpBrowser, OpenedPage } from '../../../../test/kit/browser.js';

/** Follows a link of a page of Grantor to where the browser leaves it, such as the provider. */
export async function leave(browser: HttpBrowser, page: OpenedPage, linkId: string): Promise<URL> {
  const href = new RegExp(`<a(?=[^>]*id="${linkId}")[^>]*href="([^"]*)"`).exec(page.html)?.[1];
  if (href === undefined) throw new Error(`no link ${linkId} in ${page.html}`);
  const { left } = await browser.open(new URL(href.replaceAll('&amp;', '&'), page.url).href);
  if (left === undefined) throw new Error('the browser stayed');
  return left;
}
