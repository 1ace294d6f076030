import type { JSX } from 'hono/jsx/jsx-runtime';

/**
 * A page as the HTML document to send.
 *
 * @param element what a page component returned
 * @returns the document with its doctype; all text in it was escaped by JSX
 * @throws TypeError if a component is asynchronous: pages are pure functions of their props
 */
export function renderPage(element: JSX.Element): string {
  const html: unknown = element instanceof Promise ? element : element.toString();
  if (typeof html !== 'string') throw new TypeError('A page must render without waiting for anything');
  return `<!doctype html>${html}`;
}
