import { createHmac } from 'node:crypto';
import { equalInConstantTime } from '../crypto/hash.js';
import { type Random, randomId } from '../crypto/random.js';
import { deriveKey } from '../crypto/seal.js';
import { browserStateCookieName } from '../endpoints/check-session.endpoint.js';
import type { SessionChange } from '../endpoints/endpoint.js';
import { basePathOf } from '../endpoints/paths.js';

/** What a request's cookies say of the browser. */
export interface Browser {
  /** The value of the session cookie. */
  readonly session: string | undefined;
  /** The value of the cookie that tells other sites' pages whether the session is still the same. */
  readonly state: string | undefined;
  /** What this browser's forms must carry. */
  readonly formToken: string;
  /** Whether the token is new, so that a page must plant the cookie that goes with it. */
  readonly newId: string | undefined;
}

/** The cookies: who is signed in, which browser filled in a form, and what pages in frames may know of the session. */
export interface Browsers {
  read(cookieHeader: string | null): Browser;
  /** Whether a form came from one of our own pages in this browser. */
  isOwnForm(browser: Browser, headers: Headers, formToken: string | null): boolean;
  /** The `Set-Cookie` values for an answer. */
  cookies(browser: Browser, change: SessionChange | undefined, isPage: boolean): readonly string[];
}

/**
 * Cookies are bound to the host with the `__Host-` prefix wherever there is TLS, or to the path of an issuer
 * that has one, which that prefix rules out (RFC 6265bis §4.1.3): its host may have other tenants.
 * Form tokens are an HMAC of the browser's cookie: a page elsewhere knows neither.
 */
export function createBrowsers(issuer: string, secret: string, random: Random): Browsers {
  const secure = issuer.startsWith('https:');
  const base = basePathOf(issuer);
  const path = `Path=${base === '' ? '/' : base}`;
  const securePrefix = base === '' ? '__Host-' : '__Secure-';
  const prefix = secure ? securePrefix : '';
  const sessionName = `${prefix}grantor_session`;
  const browserName = `${prefix}grantor_browser`;
  const stateName = browserStateCookieName(issuer);
  // Session Management 1.0 §3.2: a script reads it, in a frame on another site.
  const stateAttributes = `${path}; ${secure ? 'SameSite=None; Secure' : 'SameSite=Lax'}`;
  const attributes = `${path}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  const key = deriveKey(secret, 'form-token');
  const formTokenOf = (id: string) => createHmac('sha256', key).update(id).digest('base64url');
  return {
    read(cookieHeader) {
      const cookies = parseCookies(cookieHeader);
      const known = cookies.get(browserName);
      let fresh: string | undefined;
      const freshId = () => {
        fresh ??= randomId(random);
        return fresh;
      };
      return {
        session: cookies.get(sessionName),
        state: cookies.get(stateName),
        // Made where they are asked for: most requests come from programs, which have no use for them.
        get formToken() {
          return formTokenOf(known ?? freshId());
        },
        get newId() {
          return known === undefined ? freshId() : undefined;
        },
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
      if (change === undefined) return set;
      if (change === 'clear') {
        set.push(`${sessionName}=; ${attributes}; Max-Age=0`);
        if (browser.state !== undefined) set.push(`${stateName}=; ${stateAttributes}; Max-Age=0`);
        return set;
      }
      const { set: session, browserState: state, seconds } = change;
      if (session !== undefined) set.push(`${sessionName}=${session}; ${attributes}; Max-Age=${seconds}`);
      if (state !== undefined && (session !== undefined || state !== browser.state)) {
        set.push(`${stateName}=${state}; ${stateAttributes}; Max-Age=${seconds}`);
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
