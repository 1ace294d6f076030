/**
 * Every error code that Grantor sends, with the HTTP status of its JSON form.
 *
 * Sources: RFC 6749 §4.1.2.1 and §5.2 (OAuth), RFC 6750 §3.1 (bearer tokens),
 * OpenID Connect Core 1.0 §3.1.2.6 (interaction), RFC 7591 §3.2.2 (registration), RFC 8707 §2 (resources).
 */
export const errorCodes = {
  invalid_request: { status: 400 },
  invalid_client: { status: 401 },
  invalid_grant: { status: 400 },
  unauthorized_client: { status: 400 },
  unsupported_grant_type: { status: 400 },
  unsupported_response_type: { status: 400 },
  invalid_scope: { status: 400 },
  access_denied: { status: 403 },
  server_error: { status: 500 },
  temporarily_unavailable: { status: 503 },
  invalid_token: { status: 401 },
  insufficient_scope: { status: 403 },
  login_required: { status: 400 },
  consent_required: { status: 400 },
  request_not_supported: { status: 400 },
  request_uri_not_supported: { status: 400 },
  registration_not_supported: { status: 400 },
  invalid_request_object: { status: 400 },
  invalid_request_uri: { status: 400 },
  unmet_authentication_requirements: { status: 400 },
  invalid_target: { status: 400 },
  invalid_redirect_uri: { status: 400 },
  invalid_client_metadata: { status: 400 },
  invalid_software_statement: { status: 400 },
  unapproved_software_statement: { status: 400 },
} as const satisfies Record<string, { status: number }>;

export type ErrorCode = keyof typeof errorCodes;

/** The JSON body of an error (RFC 6749 §5.2). */
export interface ErrorBody {
  readonly error: ErrorCode;
  readonly error_description: string;
}

/**
 * A refusal in the protocol's own terms.
 *
 * `description` is sent: it names the parameter and tells the developer what to change, never holds
 * a secret or what the caller sent, and keeps to the characters of RFC 6749 §5.2, which have no double
 * quote. `internal` is for the log alone.
 */
export class OAuthError extends Error {
  readonly code: ErrorCode;
  readonly description: string;
  readonly internal: string | undefined;
  /** HTTP status where it differs from the table's (an oversized body: 413). */
  readonly status: number;

  constructor(
    code: ErrorCode,
    description: string,
    options: { internal?: string; status?: number; cause?: unknown } = {},
  ) {
    super(`${code}: ${description}`, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'OAuthError';
    this.code = code;
    this.description = description;
    this.internal = options.internal;
    this.status = options.status ?? errorCodes[code].status;
  }

  toBody(): ErrorBody {
    return { error: this.code, error_description: this.description };
  }
}
