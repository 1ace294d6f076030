import type { X509Certificate } from 'node:crypto';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { AppBrand } from '../pages/index.js';
import type { Challenge } from '../protocol/index.js';
import type { LanguagePreferences } from '../texts/choose-language.js';

/** A request as endpoints see it: read, bounded and decoded, without the HTTP framework. */
export interface EndpointRequest {
  readonly method: string;
  /** The address as clients know it, with the query: its origin is that of the issuer, never the `Host` header. */
  readonly url: string;
  /** The path as it was sent. */
  readonly path: string;
  /** The query string without its `?`, still encoded. */
  readonly query: string;
  readonly headers: Headers;
  /** The variable parts of the path, decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Undefined where the request has none. */
  readonly body: RequestBody | undefined;
  /** The network address of the client. */
  readonly address: string;
  /** The certificate that the client proved in TLS. Undefined where it sent none, or where a proxy ends TLS. */
  readonly clientCertificate: X509Certificate | undefined;
  /** The value of the session cookie. */
  readonly sessionCookie: string | undefined;
  readonly browser: BrowserBinding;
  /** The value of the cookie that recognizes a browser that has signed in before. */
  readonly knownBrowserCookie: string | undefined;
  /** The page of the account that the next sign-in leads to, as its cookie names it. */
  readonly returnCookie: string | undefined;
  /** The value of the cookie that remembers a browser for the second factor. */
  readonly rememberedDeviceCookie: string | undefined;
  /** What a form on a page must carry, so that only this browser can send it. */
  readonly formToken: string;
  /** Tells the request log what an endpoint learned of the request. */
  readonly note: (note: RequestNote) => void;
}

/** What the log says of a request beside its route and its address. */
export interface RequestNote {
  readonly clientId?: string | undefined;
  readonly userId?: string | undefined;
  /** Why a response without an error status refuses the request. Never holds what the client sent. */
  readonly refusal?: string;
}

/** The browser that sent a request, as tickets identify it. */
export interface BrowserBinding {
  /** Whether the request has a cookie with an ID. A first request has none, nor has a form that another site sends. */
  readonly isKnown: boolean;
  /** Hash of the browser's ID. An unknown browser gets an ID, and its cookie with the response. */
  readonly id: string;
  /** Whether this is the browser with that ID. */
  is(id: string): boolean;
}

export interface RequestBody {
  /** Lower case, without parameters: `application/json`. */
  readonly mediaType: string;
  readonly text: string;
}

/** What an endpoint responds; `http/` adds cookies and the headers of every response, and writes the bytes. */
export type EndpointResponse = BytesResponse | JsonResponse | PageResponse | RedirectResponse;

export interface JsonResponse {
  readonly kind: 'json';
  readonly status: number;
  /** JSON text; undefined for an empty body. */
  readonly body: string | undefined;
  /** How the client may authenticate, where the request is refused for lack of it. */
  readonly challenge?: Challenge | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An image or another file, as bytes. */
export interface BytesResponse {
  readonly kind: 'bytes';
  readonly status: number;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export interface PageResponse {
  readonly kind: 'page';
  readonly status: number;
  /** Bytes where the page is the same for every browser; such a page has no form. Undefined with a 304. */
  readonly page: JSX.Element | Uint8Array<ArrayBuffer> | undefined;
  /** The signed-in user, whose language the page has unless the app requests another. */
  readonly languages?: LanguagePreferences;
  /** The brand of the app whose request the page belongs to. */
  readonly appBrand?: AppBrand | undefined;
  /** Where a form on the page may end by redirect, besides this server: the client's redirect URI. */
  readonly formTarget?: string;
  /** The one script that may run on the page, as a source expression of CSP. */
  readonly script?: string;
  /** What the page loads in frames: addresses that clients registered. */
  readonly frames?: readonly string[];
  /** Whether any site may show the page in a frame. Never for a page with something to click on. */
  readonly embeddable?: true;
  readonly headers?: Readonly<Record<string, string>>;
  readonly session?: SessionChange;
  /** Why the request is refused, for the log alone, where the status does not say so. */
  readonly refusal?: string;
}

export interface RedirectResponse {
  readonly kind: 'redirect';
  readonly location: string;
  readonly session?: SessionChange;
  /** The page of the account that the next sign-in leads to (`endpoints/account-return.ts`); null for none. */
  readonly returnTo?: string | null;
  /** Why the request is refused, for the log alone. */
  readonly refusal?: string;
}

/** How a response changes the cookies of a session. */
export type SessionChange =
  | {
      /** The session cookie's new value; undefined leaves the cookie as it is. */
      readonly set?: string;
      readonly seconds: number;
      /** The value of the cookie for Session Management 1.0, where that is on. */
      readonly browserState?: string | undefined;
      /** The cookie that recognizes this browser at later sign-ins; undefined leaves it as it is. */
      readonly knownBrowser?: { readonly value: string; readonly seconds: number };
      /** The cookie with which this browser needs no second factor; undefined leaves it as it is. */
      readonly rememberedDevice?: { readonly value: string; readonly seconds: number };
    }
  | 'clear';

/**
 * One endpoint.
 *
 * @throws Refusal, which `http/` turns into the response
 */
export type Endpoint = (incoming: EndpointRequest) => Promise<EndpointResponse> | EndpointResponse;

/** JSON that no cache may keep (RFC 6749 §5.1). */
export function json(
  status: number,
  body: unknown,
  headers?: Readonly<Record<string, string>>,
): JsonResponse {
  return { kind: 'json', status, body: JSON.stringify(body), ...(headers === undefined ? {} : { headers }) };
}

export function redirect(location: string, session?: SessionChange): RedirectResponse {
  return { kind: 'redirect', location, ...(session === undefined ? {} : { session }) };
}

/** The response with a change of the session's cookies. */
export function withChange<R extends PageResponse | RedirectResponse>(
  response: R,
  session: SessionChange | undefined,
): R {
  return session === undefined ? response : { ...response, session };
}
