import type { HttpBrowser, OpenedPage } from '../../../../test/kit/browser.js';

/** Where a link of a page leads; undefined without such a link. */
export function linkOf({ html, url }: OpenedPage, linkId: string): URL | undefined {
  const href = new RegExp(`<a(?=[^>]*id="${linkId}")[^>]*href="([^"]*)"`).exec(html)?.[1];
  return href === undefined ? undefined : new URL(href.replaceAll('&amp;', '&'), url);
}

/** Follows a link of a page of Grantor to where the browser leaves it, such as the provider. */
export async function leave(browser: HttpBrowser, page: OpenedPage, linkId: string): Promise<URL> {
  const href = linkOf(page, linkId);
  if (href === undefined) throw new Error(`no link ${linkId} in ${page.html}`);
  const { left } = await browser.open(href.href);
  if (left === undefined) throw new Error('the browser stayed');
  return left;
}
