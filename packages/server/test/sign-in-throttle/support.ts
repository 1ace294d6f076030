import { formWithButton, HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import type { TestServer } from '../../../../test/kit/servers.js';

/** A browser behind a proxy that names this address. */
export const browserAt = (address: string) => new HttpBrowser({ 'x-forwarded-for': address });

/** Fills in the sign-in form once. A status of 303 means that the user is signed in. */
export async function attempt(
  grantor: TestServer,
  browser: HttpBrowser,
  username: string,
  password = 'a wrong password',
): Promise<Response> {
  const page = await browser.open(`${grantor.issuer}/signin`);
  return send(browser, page, username, password);
}

/** Sends the form of a sign-in page, as often as wanted. */
export function send(browser: HttpBrowser, page: OpenedPage, username: string, password: string) {
  const { action, fields } = formWithButton(page.html, 'sign-in');
  return browser.request(new URL(action, page.url).href, {
    method: 'POST',
    body: new URLSearchParams({ ...fields, username, password }),
  });
}

/** The number of entries in a table in memory. */
export function sizeOf(grantor: TestServer, name: string): number | undefined {
  return grantor.server.memory
    .list()
    .find((table) => table.name === name)
    ?.size();
}
