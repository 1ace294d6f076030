import type { HttpBrowser, OpenedPage } from '../../../../test/kit/browser.js';
import { formWithButton } from '../../../../test/kit/browser.js';

/** A page without its tags. */
export function textOf({ html }: Pick<OpenedPage, 'html'>): string {
  return html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

/** Sends the form with this button with other fields; undefined removes one. */
export async function sendChanged(
  browser: HttpBrowser,
  page: OpenedPage,
  buttonId: string,
  changes: Readonly<Record<string, string | undefined>>,
): Promise<OpenedPage> {
  const form = formWithButton(page.html, buttonId);
  const fields = Object.entries({ ...form.fields, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return browser.open(new URL(form.action, page.url).href, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
}
