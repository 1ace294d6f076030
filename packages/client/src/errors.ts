/** Every code that a {@link ClientError} can have. The set is closed: a `switch` over it is complete. */
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
 * What this package throws. The message says what to change. Neither it nor any enumerable property holds a token, a code
 * or a secret, so that an error can be logged as it is.
 */
export class ClientError extends Error {
  override readonly name: string = 'ClientError';
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The server responded to a token, userinfo or revocation request with an error (RFC 6749 §5.2, RFC 6750 §3.1). */
export class OAuthResponseError extends ClientError {
  override readonly name = 'OAuthResponseError';
  /** HTTP status of the response. */
  readonly status: number;
  /** The error code of the response, such as `invalid_grant`. */
  readonly error: string;
  readonly errorDescription: string | undefined;

  constructor(message: string, status: number, error: string, errorDescription: string | undefined) {
    super('oauth_error', message);
    this.status = status;
    this.error = error;
    this.errorDescription = errorDescription;
  }
}

/** The callback has an error instead of a code (RFC 6749 §4.1.2.1). */
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

/** The user denied access (`error=access_denied`). Not a fault: show a friendly page and a way to try again. */
export class AuthorizationDeniedError extends AuthorizationError {
  override readonly name = 'AuthorizationDeniedError';

  constructor(errorDescription: string | undefined) {
    super(
      'The user denied access. Offer a way to connect again.',
      'access_denied',
      errorDescription,
      'authorization_denied',
    );
  }
}

/** The tokens have no refresh token. No request was sent. */
export class MissingRefreshTokenError extends ClientError {
  override readonly name = 'MissingRefreshTokenError';

  constructor() {
    super(
      'missing_refresh_token',
      'The tokens have no refresh token. Send the user through startAuthorization again. Most servers issue a refresh ' +
        'token only for the scope "offline_access".',
    );
  }
}

/**
 * The server issued new tokens, but the app's `onTokens` hook failed to save them. The old refresh token may be used up, so
 * the error has the new tokens for a second attempt. They are not enumerable, so that they stay out of logs.
 */
export class TokensNotSavedError<Tokens> extends ClientError {
  override readonly name = 'TokensNotSavedError';
  readonly #tokens: Tokens;

  constructor(tokens: Tokens, cause: unknown) {
    super(
      'tokens_not_saved',
      'The onTokens hook failed, so the new tokens may not be saved. Save the "tokens" of this error.',
      { cause },
    );
    this.#tokens = tokens;
  }

  get tokens(): Tokens {
    return this.#tokens;
  }
}
