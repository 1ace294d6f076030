import type { RecordedClaims } from './claims.js';

/** Standard claims about a user (OpenID Connect Core 1.0 §5.1). Claims that are left out stay as they are. */
export interface ApplicationClaims extends RecordedClaims {
  readonly preferred_username?: string;
  readonly name?: string;
  readonly given_name?: string;
  readonly family_name?: string;
  readonly email?: string;
  readonly email_verified?: boolean;
}

/** A user of the application that the server is embedded in. */
export interface ApplicationUser {
  /** The ID in the application, of 1 to 512 characters. It never changes and is never used again. */
  readonly id: string;
  readonly claims?: ApplicationClaims;
}

/** A user who has authenticated, and how. */
export interface AuthenticatedApplicationUser extends ApplicationUser {
  /** The authentication context that was reached. Default: that of a password over TLS. */
  readonly acr?: string;
  /** The methods of the authentication (RFC 8176 §2). Default: `pwd`. */
  readonly amr?: readonly string[];
}

/** A user who is signed in to the application. */
export interface SignedInApplicationUser extends AuthenticatedApplicationUser {
  /** When the user authenticated, in seconds since the epoch. */
  readonly authTime: number;
}

export interface ApplicationCredentials {
  /** What the user typed as the username, without spaces around it. */
  readonly username: string;
  readonly password: string;
}

type MaybePromise<T> = Promise<T> | T;

/** What the server asks the application that it is embedded in. Each function may return a promise. */
export interface Application {
  /**
   * Checks the username and the password of a user. The server limits attempts by address and by username before it calls
   * this. With it, passwords of the server's own accounts are not used.
   *
   * @returns undefined for a wrong username or password
   */
  readonly authenticate?: Authenticate | undefined;
  /**
   * Recognizes a user who is signed in to the application, by the cookies of a request. Such a user sees no sign-in form.
   *
   * @returns undefined for a request without a session of the application
   */
  readonly signedInUser?: FindSignedInUser | undefined;
  readonly users?: ApplicationUsers | undefined;
}

export type Authenticate = (
  credentials: ApplicationCredentials,
  context: { readonly address: string },
) => MaybePromise<AuthenticatedApplicationUser | undefined>;

export type FindSignedInUser = (request: {
  readonly headers: Headers;
}) => MaybePromise<SignedInApplicationUser | undefined>;

export interface ApplicationUsers {
  /**
   * The current claims of a user, for each ID token and each response of the userinfo endpoint.
   *
   * @returns undefined for a user who does not exist any more. Their account is disabled, and all access ends
   */
  readonly find: (id: string) => MaybePromise<ApplicationUser | undefined>;
}
