import type { Parameters, Prompt, ResponseTypeParts } from '../protocol/index.js';
import type { ClaimsRequest, ClientRecord, ResourceAccess } from '../storage/ports/index.js';
import type { Destination, Redirect } from './destination.js';
import type { RequestedContexts } from './requested-contexts.js';

/** An authorization request before its checks: the client that sends it, and its parameters as they were sent. */
export interface UncheckedRequest {
  readonly client: ClientRecord;
  /** A sign-in or consent page keeps them in its ticket, and each step checks them again. */
  readonly parameters: Parameters;
}

/** An authorization request whose redirect URI is known: its errors go there (RFC 6749 §4.1.2.1). */
export interface UncheckedRedirectRequest extends UncheckedRequest {
  readonly destination: Redirect;
}

/** An authorization request that passed every check (RFC 6749 §4.1.1, OpenID Connect Core 1.0 §3.1.2.1). */
export interface AuthorizationRequest extends UncheckedRequest {
  readonly destination: Destination;
  /** What the response itself has. */
  readonly responseParts: Omit<ResponseTypeParts, 'legacy'>;
  readonly scopes: readonly string[];
  /** Each resource that the tokens are requested for (RFC 8707 §2.1), with its scopes. */
  readonly access: readonly ResourceAccess[];
  /** The default audience of the client: the resource of a request that names none. */
  readonly audience: string;
  readonly nonce: string | undefined;
  readonly codeChallenge: string | undefined;
  readonly prompts: readonly Prompt[];
  /** The maximum age of the sign-in, in seconds; undefined for any. */
  readonly maxAge: number | undefined;
  readonly loginHint: string | undefined;
  /** The authentication contexts of which the user should reach one; undefined for any. */
  readonly contexts: RequestedContexts | undefined;
  /** The claims about the user that the `claims` parameter requests, without those that Grantor does not have. */
  readonly claims: ClaimsRequest | undefined;
  /** The `sub` values of the users that the response may be about, as the client knows them; undefined for any user. */
  readonly subjects: readonly string[] | undefined;
}
