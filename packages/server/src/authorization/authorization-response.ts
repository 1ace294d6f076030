import type { ClientRecord } from '../storage/ports/index.js';
import type { Destination, Redirect } from './destination.js';

/** The parameters of an authorization response, by name. */
export type ResponseParameters = Readonly<Record<string, string>>;

/** The outcome of an authorization request, for an endpoint to deliver. */
export type AuthorizationResponse =
  | GrantedResponse
  | RefusedResponse
  | { readonly outcome: 'alreadyDecided' };

interface DeliverableResponse {
  readonly client: ClientRecord;
  readonly destination: Destination;
  readonly parameters: ResponseParameters;
}

/** The user has allowed the request, and its grant is written. */
export interface GrantedResponse extends DeliverableResponse {
  readonly outcome: 'granted';
  /** Undefined where the app cannot watch the session. */
  readonly browserState: BrowserState | undefined;
}

/** The request is refused, and the client is told (RFC 6749 §4.1.2.1). */
export interface RefusedResponse extends DeliverableResponse {
  readonly outcome: 'refused';
  /** Whether the user is asked before the browser goes to the client (RFC 9700 §4.11.2). */
  readonly asksBeforeRedirect: boolean;
  /** Why, for the log. */
  readonly reason: string;
}

/** The cookie by which an app watches the session (Session Management 1.0 §3.2). */
export interface BrowserState {
  readonly browserState: string;
  /** How long the cookie is kept. */
  readonly seconds: number;
}

/** The parameters of a response: its own, `state` as it was sent, and `iss`, also in errors (RFC 6749 §4.1.2, RFC 9207 §2). */
export function responseParameters(
  { state }: Redirect,
  issuer: string,
  response: Readonly<Record<string, string | number | undefined>>,
): ResponseParameters {
  const all: typeof response = { ...response, state, iss: issuer };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}
