import type { JSX } from 'hono/jsx/jsx-runtime';
import { type PageContext, withContext } from './page-context.js';

/**
 * A page as the HTML document to send.
 *
 * @param element a page of `pageElement`
 * @returns the document with its doctype. JSX has escaped all text
 * @throws TypeError if a component is asynchronous: pages are pure functions of their props
 */
export function renderPage(element: JSX.Element, context: PageContext): string {
  const page = withContext(element, context);
  const html: unknown = element instanceof Promise || page instanceof Promise ? page : page.toString();
  if (typeof html !== 'string') throw new TypeError('A page must render synchronously');
  return `<!doctype html>${html}`;
}
