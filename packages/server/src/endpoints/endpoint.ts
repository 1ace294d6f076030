import type { JSX } from 'hono/jsx/jsx-runtime';

/** A request as endpoints see it: read, bounded and decoded, with no framework in it. */
export interface Incoming {
  readonly method: string;
  /** The path, as it was sent. */
  readonly target: string;
  /** The query string without its `?`, still encoded. */
  readonly query: string;
  readonly headers: Headers;
  /** The variable parts of the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
  /** Undefined where there is none. */
  readonly body: IncomingBody | undefined;
  /** The network address that it came from. */
  readonly address: string;
  /** The value of the session cookie. */
  readonly sessionCookie: string | undefined;
  readonly browser: BrowserBinding;
  /** The value of the cookie by which a browser that has signed in before is known. */
  readonly knownBrowserCookie: string | undefined;
  /** What a form on a page must carry so that only this browser can send it. */
  readonly formToken: string;
  /** Tells the log what an endpoint learned of the request. */
  readonly note: (note: RequestNote) => void;
}

/** What the log says of a request beside its route and its address. */
export interface RequestNote {
  readonly clientId?: string | undefined;
  readonly userId?: string | undefined;
  /** Why an answer that is no error is a refusal. Holds nothing that was sent. */
  readonly refusal?: string;
}

/** The browser that sent a request, as the tickets name it that it began. */
export interface BrowserBinding {
  /** Whether the request has a cookie with an ID: never the first one, nor a form that another site sends. */
  readonly isKnown: boolean;
  /** Hash of its ID. A browser that is not known gets an ID, and its cookie with the answer. */
  readonly id: string;
  /** Whether this is the browser with that ID. */
  is(id: string): boolean;
}

export interface IncomingBody {
  /** Lower case, without parameters: `application/json`. */
  readonly mediaType: string;
  readonly text: string;
}

/** What an endpoint answers; `http` turns it into bytes, cookies and headers. */
export type Answer = BytesAnswer | JsonAnswer | PageAnswer | RedirectAnswer;

export interface JsonAnswer {
  readonly kind: 'json';
  readonly status: number;
  /** JSON text; undefined for an empty body. */
  readonly body: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A picture, or another file that is neither read nor run here. */
export interface BytesAnswer {
  readonly kind: 'bytes';
  readonly status: number;
  readonly body: Uint8Array<ArrayBuffer> | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

export interface PageAnswer {
  readonly kind: 'page';
  readonly status: number;
  /** Its bytes where it is the same for every browser; such a page has no form. Undefined with a 304. */
  readonly page: JSX.Element | Uint8Array<ArrayBuffer> | undefined;
  /** Where a form on the page may end up by redirect, besides here: the client's redirect URI. */
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

export interface RedirectAnswer {
  readonly kind: 'redirect';
  readonly location: string;
  readonly session?: SessionChange;
  /** Why the request is refused, for the log alone. */
  readonly refusal?: string;
}

/** What happens to the cookies of a session. */
export type SessionChange =
  | {
      /** The session cookie's new value; undefined where it stays as it is. */
      readonly set?: string;
      readonly seconds: number;
      /** What the cookie for Session Management 1.0 must hold, where that is in use. */
      readonly browserState?: string | undefined;
      /** The cookie by which the browser is known from now on; undefined where it stays as it is. */
      readonly knownBrowser?: { readonly value: string; readonly seconds: number };
    }
  | 'clear';

export type Endpoint = (incoming: Incoming) => Promise<Answer> | Answer;

/** JSON that no cache may keep (RFC 6749 §5.1). */
export function json(status: number, body: unknown, headers?: Readonly<Record<string, string>>): JsonAnswer {
  return { kind: 'json', status, body: JSON.stringify(body), ...(headers === undefined ? {} : { headers }) };
}

export function redirect(location: string, session?: SessionChange): RedirectAnswer {
  return { kind: 'redirect', location, ...(session === undefined ? {} : { session }) };
}

/** The answer, with what happens to the cookies of a session. */
export function withChange<A extends PageAnswer | RedirectAnswer>(
  answer: A,
  session: SessionChange | undefined,
): A {
  return session === undefined ? answer : { ...answer, session };
}
