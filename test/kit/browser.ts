/** A browser's part of HTTP, without a screen: cookies, forms, and redirects one step at a time. */
export class HttpBrowser {
  readonly #cookies = new Map<string, string>();

  /** @param headers sent with each request */
  constructor(readonly headers: Readonly<Record<string, string>> = {}) {}

  /** The value of a cookie in the browser. */
  cookieValue(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  /** Sets a cookie, as a user can with the browser's tools. */
  plant(name: string, value: string): void {
    this.#cookies.set(name, value);
  }

  /** Deletes a cookie, as users and browsers do. */
  forget(name: string): void {
    this.#cookies.delete(name);
  }

  /** Sends one request with the cookies. It does not follow redirects. */
  async request(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      headers: { ...this.headers, ...Object.fromEntries(new Headers(init.headers)), cookie },
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      if (/max-age=0/i.test(set)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return response;
  }

  /** Follows redirects while they stay on the origin, and returns the page or the redirect that leaves it. */
  async open(url: string, init: RequestInit = {}): Promise<OpenedPage> {
    let at = new URL(url);
    const { origin } = at;
    let response = await this.request(url, init);
    for (let hop = 0; hop < 10; hop += 1) {
      const location = response.headers.get('location');
      if (location === null) break;
      const next = new URL(location, at);
      if (next.origin !== origin)
        return { url: at.href, status: response.status, html: '', left: next, response };
      at = next;
      response = await this.request(at.href);
    }
    return { url: at.href, status: response.status, html: await response.text(), left: undefined, response };
  }

  /**
   * Fills in and sends the form that has the button.
   *
   * @param buttonId the id of the submit button, which no two forms of a page share
   */
  async submit(
    page: OpenedPage,
    buttonId: string,
    fields: Readonly<Record<string, string>> = {},
  ): Promise<OpenedPage> {
    const form = formWithButton(page.html, buttonId);
    return this.open(new URL(form.action, page.url).href, {
      method: 'POST',
      body: new URLSearchParams({ ...form.fields, ...fields }),
    });
  }

  /** Fills in and sends the sign-in form. */
  signIn(page: OpenedPage, { username, password }: Login): Promise<OpenedPage> {
    return this.submit(page, 'sign-in', { username, password });
  }
}

/** What a user types to sign in. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

export interface OpenedPage {
  readonly url: string;
  readonly status: number;
  readonly html: string;
  /** The redirect that leaves the origin, if there was one. */
  readonly left: URL | undefined;
  readonly response: Response;
}

/** Signs in and allows if the pages ask for it, and returns the redirect to the app. */
export async function connect(browser: HttpBrowser, authorizationUrl: string, user: Login): Promise<URL> {
  let page = await browser.open(authorizationUrl);
  if (page.html.includes('id="sign-in"')) {
    page = await browser.signIn(page, user);
  }
  if (page.html.includes('id="allow"')) page = await browser.submit(page, 'allow');
  if (page.left === undefined)
    throw new Error(`the browser stayed at ${page.url} (${page.status}): ${page.html}`);
  return page.left;
}

/** Reads the action and the hidden fields of the form that has this button; what Chromium would send. */
export function formWithButton(
  html: string,
  buttonId: string,
): { action: string; fields: Record<string, string> } {
  const form = html.match(/<form[\s\S]*?<\/form>/g)?.find((text) => text.includes(`id="${buttonId}"`));
  if (form === undefined) throw new Error(`no form with the button "${buttonId}" in ${html}`);
  const fields: Record<string, string> = {};
  const id = attribute(form, 'id');
  const outside = (html.match(/<input[^>]*>/g) ?? []).filter((tag) => attribute(tag, 'form') === (id ?? tag));
  for (const tag of [...(form.match(/<(?:input|button)[^>]*>/g) ?? []), ...outside]) {
    const name = attribute(tag, 'name');
    const isOff = attribute(tag, 'type') === 'checkbox' && !/\schecked\b/.test(tag);
    if (name !== undefined && !isOff) fields[name] = attribute(tag, 'value') ?? '';
  }
  return { action: attribute(form, 'action') ?? '', fields };
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`)
    .exec(tag)?.[1]
    ?.replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
