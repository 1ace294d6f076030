import type { Parameters, Prompt, ResponseMode, ResponseType } from '../protocol/index.js';
import type { ClaimsRequest, ClientRecord, ResourceAccess } from '../storage/ports/index.js';

/** Where an answer may go: known before anything else is, because no error may go anywhere else. */
export interface Callback {
  readonly client: ClientRecord;
  readonly redirectUri: string;
  /** Whether the request named the URI itself. */
  readonly redirectUriSent: boolean;
  readonly responseMode: ResponseMode;
  readonly state: string | undefined;
}

/** An authorization request that passed every check (RFC 6749 §4.1.1, OpenID Connect Core 1.0 §3.1.2.1). */
export interface AuthorizationRequest {
  readonly callback: Callback;
  readonly responseType: ResponseType;
  readonly scopes: readonly string[];
  /** Each resource that the tokens are requested for (RFC 8707 §2.1), with the scopes that are of use there. */
  readonly access: readonly ResourceAccess[];
  /** The default audience of the client: the resource of a request that names none. */
  readonly audience: string;
  readonly nonce: string | undefined;
  readonly codeChallenge: string | undefined;
  readonly prompts: readonly Prompt[];
  /** The oldest sign-in that will do, in seconds; undefined when any will. */
  readonly maxAge: number | undefined;
  readonly loginHint: string | undefined;
  /** The claims about the person that the `claims` parameter asks for, as far as there are such. */
  readonly claims: ClaimsRequest | undefined;
  /** The `sub`s of whom alone the answer may speak, as the client knows them; undefined for anybody. */
  readonly subjects: readonly string[] | undefined;
  /** As they were sent; what a sign-in or consent page carries on, to be checked again when it comes back. */
  readonly parameters: Parameters;
}
