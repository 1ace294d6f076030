import { createHmac } from 'node:crypto';
import { serialize } from 'hono/utils/cookie';
import type { DeploymentKeys } from '../crypto/deployment-keys.js';
import { equalInConstantTime, sha256 } from '../crypto/hash.js';
import { type Random, randomId } from '../crypto/random.js';
import { browserStateCookieName } from '../endpoints/check-session.endpoint.js';
import type { BrowserBinding, SessionChange } from '../endpoints/endpoint.js';
import { basePathOf } from '../endpoints/paths.js';

/**
 * The number of IDs that a new browser can have. If it opens more windows at once, the first ones lose their cookie.
 */
const MOST_IDS = 8;

/** How long a sign-in leads back to the page that required it, in seconds. */
const RETURN_SECONDS = 900;

/** The browser of a request, as its cookies identify it. */
export interface Browser {
  /** The value of the session cookie. */
  readonly session: string | undefined;
  /** The value of the cookie that tells pages of other sites whether the session has changed. */
  readonly state: string | undefined;
  /** The value of the cookie that recognizes a browser that has signed in before. */
  readonly known: string | undefined;
  /** The value of the cookie that names the page that the next sign-in leads to. */
  readonly returnTo: string | undefined;
  /** The value of the cookie that remembers a browser for the second factor. */
  readonly remembered: string | undefined;
  /** The form token of this browser. */
  readonly formToken: string;
  /** The browser as tickets identify it. */
  readonly binding: BrowserBinding;
  /** Whether a form with this token was made for this browser. */
  isFormToken(token: string): boolean;
  /** The new ID of a browser without one, if the request needed it. The response sets its cookie. */
  readonly newId: string | undefined;
}

/** The cookies: the session, the browser, and the state of the session for pages in frames. */
export interface Browsers {
  read(cookieHeader: string | null): Browser;
  /** Whether a form was sent from a page of this server in this browser. */
  isOwnForm(browser: Browser, headers: Headers, formToken: string | null): boolean;
  /**
   * The `Set-Cookie` values of a response.
   *
   * @param returnTo the page that the next sign-in leads to; null for none, undefined leaves it as it is
   */
  cookies(browser: Browser, change: SessionChange | undefined, returnTo?: string | null): readonly string[];
}

/**
 * With TLS, the `__Host-` prefix binds cookies to the host. That prefix rules out a path (RFC 6265bis §4.1.3), so that
 * an issuer with a path binds them to the path: its host may have other tenants. A form token is an HMAC of the browser's
 * ID, and a page of another site knows neither.
 *
 * A browser gets its ID with the first page or ticket. A new browser that opens several windows at once gets an ID for
 * each, in cookies with different names, so that no window loses the ID of its page.
 */
export function createBrowsers(issuer: string, { current }: DeploymentKeys, random: Random): Browsers {
  const secure = issuer.startsWith('https:');
  const base = basePathOf(issuer);
  const path = base === '' ? '/' : base;
  const securePrefix = base === '' ? '__Host-' : '__Secure-';
  const prefix = secure ? securePrefix : '';
  const sessionName = `${prefix}grantor_session`;
  const browserName = `${prefix}grantor_browser`;
  const knownName = `${prefix}grantor_known_browser`;
  const returnName = `${prefix}grantor_return`;
  const rememberedName = `${prefix}grantor_remembered_device`;
  const stateName = browserStateCookieName(issuer);
  // Session Management 1.0 §3.2: a script reads it, in a frame on another site.
  const stateAttributes = { path, secure, sameSite: secure ? 'None' : 'Lax' } as const;
  const attributes = { path, secure, httpOnly: true, sameSite: 'Lax' } as const;
  const key = current.derive('form-token');
  const formTokenOf = (id: string) => createHmac('sha256', key).update(id).digest('base64url');
  return {
    read(cookieHeader) {
      const cookies = parseCookies(cookieHeader);
      const ids = [...cookies].flatMap(([name, value]) =>
        name.startsWith(`${browserName}_`) ? [value] : [],
      );
      const known = ids.slice(0, MOST_IDS);
      let fresh: string | undefined;
      const id = () => {
        const [first] = known;
        if (first !== undefined) return first;
        fresh ??= randomId(random);
        return fresh;
      };
      return {
        session: cookies.get(sessionName),
        state: cookies.get(stateName),
        known: cookies.get(knownName),
        returnTo: cookies.get(returnName),
        remembered: cookies.get(rememberedName),
        // Computed on demand: most requests come from programs, which need neither.
        get formToken() {
          return formTokenOf(id());
        },
        binding: {
          isKnown: known.length > 0,
          get id() {
            return sha256(id());
          },
          is: (name) => known.some((one) => equalInConstantTime(sha256(one), name)),
        },
        isFormToken: (token) => known.some((one) => equalInConstantTime(formTokenOf(one), token)),
        get newId() {
          return fresh;
        },
      };
    },
    isOwnForm(browser, headers, formToken) {
      const site = headers.get('sec-fetch-site');
      if (site !== null && site !== 'same-origin' && site !== 'none') return false;
      return browser.isFormToken(formToken ?? '');
    },
    cookies(browser, change, returnTo) {
      const set: string[] = [];
      if (returnTo === null && browser.returnTo !== undefined) {
        set.push(serialize(returnName, '', { ...attributes, maxAge: 0 }));
      } else if (typeof returnTo === 'string') {
        set.push(serialize(returnName, returnTo, { ...attributes, maxAge: RETURN_SECONDS }));
      }
      const { newId } = browser;
      if (newId !== undefined) set.push(serialize(`${browserName}_${newId.slice(0, 6)}`, newId, attributes));
      if (change === undefined) return set;
      if (change === 'clear') {
        set.push(serialize(sessionName, '', { ...attributes, maxAge: 0 }));
        if (browser.state !== undefined)
          set.push(serialize(stateName, '', { ...stateAttributes, maxAge: 0 }));
        return set;
      }
      const { set: session, browserState: state, seconds: maxAge, knownBrowser, rememberedDevice } = change;
      if (session !== undefined) set.push(serialize(sessionName, session, { ...attributes, maxAge }));
      if (state !== undefined && (session !== undefined || state !== browser.state)) {
        set.push(serialize(stateName, state, { ...stateAttributes, maxAge }));
      }
      if (knownBrowser !== undefined) {
        const { value, seconds } = knownBrowser;
        set.push(serialize(knownName, value, { ...attributes, maxAge: seconds }));
      }
      if (rememberedDevice !== undefined) {
        const { value, seconds } = rememberedDevice;
        set.push(serialize(rememberedName, value, { ...attributes, maxAge: seconds }));
      }
      return set;
    },
  };
}

/**
 * The cookies of a request: the first of each name. Malformed ones are ignored.
 *
 * `parse` of Hono would also decode the values. For invalid percent-encoding in a header of 16 KiB, that takes 17 ms
 * instead of less than 1 ms. Values that this server sets are not encoded.
 */
function parseCookies(header: string | null): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const [, name, value] = /^\s*([^=\s]+)=([A-Za-z0-9_-]{1,128})\s*$/.exec(pair) ?? [];
    if (name !== undefined && value !== undefined && !cookies.has(name)) cookies.set(name, value);
  }
  return cookies;
}
