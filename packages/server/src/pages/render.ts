import { jsx } from 'hono/jsx';
import type { JSX } from 'hono/jsx/jsx-runtime';
import { BasePath } from './own-address.js';

/**
 * A page as the HTML document to send.
 *
 * @param element what a page component returned
 * @param base path of the issuer, which prefixes all paths of this server
 * @returns the document with its doctype. JSX has escaped all text
 * @throws TypeError if a component is asynchronous: pages are pure functions of their props
 */
export function renderPage(element: JSX.Element, base = ''): string {
  const page = base === '' ? element : jsx(BasePath.Provider, { value: base }, element);
  const html: unknown = page instanceof Promise ? page : page.toString();
  if (typeof html !== 'string') throw new TypeError('A page must render synchronously');
  return `<!doctype html>${html}`;
}
