import type { ExternalProvider } from '../accounts/external-identity.js';

/** What a user is asked at the provider. */
export interface UpstreamRequest {
  /** Where the provider returns the user to. */
  readonly redirectUri: string;
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  /** Whether the user has to authenticate again, whatever session there is at the provider. */
  readonly mustSignInAgain: boolean;
  /** Whether the user chooses an account at the provider. */
  readonly mustChooseAccount: boolean;
  /** The maximum age of the sign-in, in seconds; undefined for any. */
  readonly maxAge: number | undefined;
  readonly loginHint: string | undefined;
  /** As the client sent them. */
  readonly acrValues: string | undefined;
  readonly uiLocales: string | undefined;
}

/** The response that the browser brought, with what belongs to its request. */
export interface UpstreamResponse extends Pick<UpstreamRequest, 'redirectUri' | 'nonce' | 'codeVerifier'> {
  readonly code: string;
  /** The issuer that the response names (RFC 9207 §2). */
  readonly iss: string | undefined;
  /** Apple sends the name of the user beside the code, at the first sign-in only. */
  readonly user: string | undefined;
}

/** A user who has authenticated at the provider. */
export interface UpstreamUser {
  readonly subject: string;
  readonly claims: Readonly<Record<string, unknown>>;
  /** When the user authenticated there, in seconds since the epoch; undefined if the provider does not say. */
  readonly authTime: number | undefined;
  readonly acr: string | undefined;
  readonly amr: readonly string[];
  /** The session there, if the provider has sessions that end by OpenID Connect. */
  readonly session: UpstreamSession | undefined;
}

/** A session at a provider. */
export interface UpstreamSession {
  /** Its ID (`sid`); undefined if the provider names none. */
  readonly sid: string | undefined;
  readonly idToken: string;
}

/** What a user who signs out brings to the provider (RP-Initiated Logout 1.0 §2). */
export interface UpstreamSignOut {
  /** The ID token of the session; undefined if it was not kept. */
  readonly idToken: string | undefined;
  /** Where the provider returns the user to. */
  readonly redirectUri: string;
  readonly state: string;
}

/** Sessions that a provider has ended, by a valid logout token. At least one of `sid` and `subject` says which. */
export interface UpstreamLogout {
  readonly sid: string | undefined;
  readonly subject: string | undefined;
  /** The ID of the token (`jti`), which is accepted once. */
  readonly tokenId: string;
  /** Until when the token must be kept as used, in seconds since the epoch. */
  readonly usedUntil: number;
}

/** An OpenID provider, or a server like one, whose users can sign in here. */
export interface UpstreamProvider {
  /** The name on its button. */
  readonly name: string;
  readonly external: ExternalProvider;
  /** The domains of email addresses whose users it has. */
  readonly domains: readonly string[];
  /** Whether it returns the user by a form that its page posts. */
  readonly postsForm: boolean;
  /** Whether its word on `acr` and `amr` is repeated to apps. */
  readonly vouchesForMethods: boolean;
  /**
   * @returns the address to send the browser to
   * @throws UpstreamError `unavailable`
   */
  start(request: UpstreamRequest): Promise<string>;
  /**
   * Exchanges the code and verifies who signed in.
   *
   * @throws UpstreamError
   */
  finish(response: UpstreamResponse): Promise<UpstreamUser>;
  /** Whether a user who signs out here signs out there: never, if they follow a link, or always. */
  readonly signOut: 'never' | 'offer' | 'always';
  /**
   * @returns the address to send the browser to; undefined if the provider has none
   * @throws UpstreamError `unavailable`
   */
  signOutAddress(request: UpstreamSignOut): Promise<string | undefined>;
  /**
   * Checks a logout token. Undefined for a provider that sends none.
   *
   * @throws UpstreamError
   */
  readonly readLogout: ((token: string) => Promise<UpstreamLogout>) | undefined;
}

/** Why a sign-in at a provider failed. The message is for the log: it holds neither tokens nor what a stranger sent. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';

  /**
   * @param reason `unavailable`: the provider could not be called. `refused`: its response is not accepted. `notAllowed`:
   *   the user may not sign in through this provider
   */
  constructor(
    readonly reason: 'unavailable' | 'refused' | 'notAllowed',
    message: string,
    options: { cause?: unknown } = {},
  ) {
    super(message, options);
  }
}
