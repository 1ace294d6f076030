import { createHmac } from 'node:crypto';
import { equalInConstantTime } from '../crypto/hash.js';
import { type Random, randomId } from '../crypto/random.js';
import { deriveKey } from '../crypto/seal.js';
import type { SessionChange } from '../endpoints/endpoint.js';

/** What a request's cookies say of the browser. */
export interface Browser {
  /** The value of the session cookie. */
  readonly session: string | undefined;
  /** What this browser's forms must carry. */
  readonly formToken: string;
  /** Whether the token is new, so that a page must plant the cookie that goes with it. */
  readonly newId: string | undefined;
}

/** The two cookies: who is signed in, and which browser filled in a form. */
export interface Browsers {
  read(cookieHeader: string | null): Browser;
  /** Whether a form came from one of our own pages in this browser. */
  isOwnForm(browser: Browser, headers: Headers, formToken: string | null): boolean;
  /** The `Set-Cookie` values for an answer. */
  cookies(browser: Browser, change: SessionChange | undefined, isPage: boolean): readonly string[];
}

/**
 * Cookies are bound to the host with the `__Host-` prefix wherever there is TLS (RFC 6265bis §4.1.3.2).
 * Form tokens are an HMAC of the browser's cookie: a page elsewhere knows neither.
 */
export function createBrowsers(issuer: string, secret: string, random: Random): Browsers {
  const secure = issuer.startsWith('https:');
  const prefix = secure ? '__Host-' : '';
  const sessionName = `${prefix}grantor_session`;
  const browserName = `${prefix}grantor_browser`;
  const attributes = `Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  const key = deriveKey(secret, 'form-token');
  const formTokenOf = (id: string) => createHmac('sha256', key).update(id).digest('base64url');
  return {
    read(cookieHeader) {
      const cookies = parseCookies(cookieHeader);
      const known = cookies.get(browserName);
      const id = known ?? randomId(random);
      return {
        session: cookies.get(sessionName),
        formToken: formTokenOf(id),
        newId: known === undefined ? id : undefined,
      };
    },
    isOwnForm(browser, headers, formToken) {
      const site = headers.get('sec-fetch-site');
      if (site !== null && site !== 'same-origin' && site !== 'none') return false;
      return browser.newId === undefined && equalInConstantTime(formToken ?? '', browser.formToken);
    },
    cookies(browser, change, isPage) {
      const set: string[] = [];
      if (isPage && browser.newId !== undefined) set.push(`${browserName}=${browser.newId}; ${attributes}`);
      if (change === 'clear') set.push(`${sessionName}=; ${attributes}; Max-Age=0`);
      else if (change !== undefined) {
        set.push(`${sessionName}=${change.set}; ${attributes}; Max-Age=${change.seconds}`);
      }
      return set;
    },
  };
}

/** The cookies of a request; of two with one name the first counts, and what is malformed is passed over. */
function parseCookies(header: string | null): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const [, name, value] = /^\s*([^=\s]+)=([A-Za-z0-9_-]{1,128})\s*$/.exec(pair) ?? [];
    if (name !== undefined && value !== undefined && !cookies.has(name)) cookies.set(name, value);
  }
  return cookies;
}
