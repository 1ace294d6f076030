import { HttpBrowser } from '../../../../../test/kit/browser.js';

/** A browser that keeps the last `Set-Cookie` line of each cookie. */
export class WatchedBrowser extends HttpBrowser {
  readonly #set = new Map<string, string>();

  override async request(url: string, init: RequestInit = {}): Promise<Response> {
    const response = await super.request(url, init);
    for (const line of response.headers.getSetCookie()) this.#set.set(line.split('=', 1)[0] ?? '', line);
    return response;
  }

  /** The whole of the last `Set-Cookie` of that name. */
  setCookie(name: string | RegExp): string {
    if (typeof name === 'string') return this.#set.get(name) ?? '';
    return [...this.#set].findLast(([one]) => name.test(one))?.[1] ?? '';
  }

  /** The value that it set. */
  cookie(name: string): string {
    return /^[^=]+=([^;]*)/.exec(this.setCookie(name))?.[1] ?? '';
  }
}
