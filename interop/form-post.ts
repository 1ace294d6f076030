import { formWithButton, type HttpBrowser } from '../test/kit/browser.js';

/**
 * Signs in and allows, and returns the POST that the browser then makes to the app (OAuth 2.0 Form Post Response
 * Mode 1.0 §2).
 */
export async function formPostTo(
  browser: HttpBrowser,
  authorizationUrl: string,
  { username, password }: { readonly username: string; readonly password: string },
): Promise<Request> {
  let page = await browser.open(authorizationUrl);
  if (page.html.includes('id="sign-in"')) page = await browser.signIn(page, { username, password });
  if (page.html.includes('id="allow"')) page = await browser.submit(page, 'allow');
  const { action, fields } = formWithButton(page.html, 'continue');
  return new Request(action, { method: 'POST', body: new URLSearchParams(fields) });
}
