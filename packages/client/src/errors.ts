/** Every code a {@link ClientError} can carry. The set is closed: a `switch` over it is complete. */
export type ClientErrorCode =
  | 'authorization_denied'
  | 'authorization_error'
  | 'configuration'
  | 'discovery_failed'
  | 'id_token_invalid'
  | 'invalid_callback'
  | 'invalid_response'
  | 'invalid_tokens'
  | 'issuer_mismatch'
  | 'missing_refresh_token'
  | 'network'
  | 'oauth_error'
  | 'state_mismatch'
  | 'timeout'
  | 'tokens_expired'
  | 'tokens_not_saved'
  | 'transaction_invalid'
  | 'unsupported_by_server'
  | 'userinfo_subject_mismatch';

/**
 * What everything in this package throws. The message says what to change; neither it nor any enumerable
 * property holds a token, a code or a secret, so that an error can be logged as it is.
 */
export class ClientError extends Error {
  override readonly name: string = 'ClientError';
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The server answered a token, userinfo or revocation request with an error (RFC 6749 §5.2, RFC 6750 §3). */
export class OAuthResponseError extends ClientError {
  override readonly name = 'OAuthResponseError';
  /** HTTP status of the answer. */
  readonly status: number;
  /** The error code of the answer, such as `invalid_grant`. */
  readonly error: string;
  readonly errorDescription: string | undefined;

  constructor(message: string, status: number, error: string, errorDescription: string | undefined) {
    super('oauth_error', message);
    this.status = status;
    this.error = error;
    this.errorDescription = errorDescription;
  }
}

/** The user came back from the authorization server with an error instead of a code (RFC 6749 §4.1.2.1). */
export class AuthorizationError extends ClientError {
  override readonly name: string = 'AuthorizationError';
  /** The error code of the response, such as `login_required`. */
  readonly error: string;
  readonly errorDescription: string | undefined;

  constructor(
    message: string,
    error: string,
    errorDescription: string | undefined,
    code: ClientErrorCode = 'authorization_error',
  ) {
    super(code, message);
    this.error = error;
    this.errorDescription = errorDescription;
  }
}

/** The user said no (`error=access_denied`). Not a fault: show a friendly page and a way to try again. */
export class AuthorizationDeniedError extends AuthorizationError {
  override readonly name = 'AuthorizationDeniedError';

  constructor(errorDescription: string | undefined) {
    super(
      'The user did not allow access. Offer a way to connect again.',
      'access_denied',
      errorDescription,
      'authorization_denied',
    );
  }
}

/** A refresh was asked for, but the tokens hold no refresh token. No request was sent. */
export class MissingRefreshTokenError extends ClientError {
  override readonly name = 'MissingRefreshTokenError';

  constructor() {
    super(
      'missing_refresh_token',
      'There is no refresh token to refresh with. Send the user through startAuthorization again; ' +
        'servers commonly give a refresh token only to apps that ask for the scope "offline_access".',
    );
  }
}

/**
 * The server gave new tokens, but the app's `onTokens` hook failed to keep them. The old refresh token may be
 * spent by now, so the new tokens are here for a second attempt; they are not enumerable, to stay out of logs.
 */
export class TokensNotSavedError<Tokens> extends ClientError {
  override readonly name = 'TokensNotSavedError';
  readonly #tokens: Tokens;

  constructor(tokens: Tokens, cause: unknown) {
    super(
      'tokens_not_saved',
      'The onTokens hook failed, so the new tokens may not be saved. Save the "tokens" of this error yourself.',
      { cause },
    );
    this.#tokens = tokens;
  }

  get tokens(): Tokens {
    return this.#tokens;
  }
}
