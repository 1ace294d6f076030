import { basicChallenge, bearerErrorChallenge, type Challenge } from './challenge.js';
import { Refusal, type RefusalOptions, retryAfter } from './refusal.js';

/**
 * Every error code that Grantor sends, with the HTTP status of its JSON form, and the scheme that a response with this
 * status asks for.
 *
 * Sources: RFC 6749 §4.1.2.1 and §5.2 (OAuth), RFC 6750 §3.1 (bearer tokens),
 * OpenID Connect Core 1.0 §3.1.2.6 (interaction), RFC 7591 §3.2.2 (registration), RFC 8707 §2 (resources).
 */
export const errorCodes = {
  invalid_request: { status: 400 },
  invalid_client: { status: 401, scheme: 'Basic' },
  invalid_grant: { status: 400 },
  unauthorized_client: { status: 400 },
  unsupported_grant_type: { status: 400 },
  unsupported_response_type: { status: 400 },
  invalid_scope: { status: 400 },
  access_denied: { status: 403 },
  server_error: { status: 500 },
  temporarily_unavailable: { status: 503 },
  invalid_token: { status: 401, scheme: 'Bearer' },
  insufficient_scope: { status: 403, scheme: 'Bearer' },
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
} as const satisfies Record<string, { status: number; scheme?: Challenge['scheme'] }>;

export type ErrorCode = keyof typeof errorCodes;

/**
 * A refusal in the protocol's own terms (RFC 6749 §5.2).
 *
 * `description` names the parameter and says what to send instead. It keeps to the characters of RFC 6749 §5.2, which
 * have no double quote and no backslash.
 */
export class OAuthError extends Refusal<ErrorCode> {
  /**
   * @param options `status` where it differs from that of the code (413 for a body that is too large); `challenge`
   *   where it differs from that of the code
   */
  constructor(
    code: ErrorCode,
    description: string,
    options: RefusalOptions & { readonly status?: number } = {},
  ) {
    const status = options.status ?? errorCodes[code].status;
    super(code, status, description, {
      ...options,
      challenge: options.challenge ?? challengeOf(code, status, description),
    });
    this.name = 'OAuthError';
  }
}

function challengeOf(code: ErrorCode, status: number, description: string): Challenge | undefined {
  const entry: { readonly status: number; readonly scheme?: Challenge['scheme'] } = errorCodes[code];
  if (entry.scheme === undefined || status !== entry.status) return undefined;
  return entry.scheme === 'Basic' ? basicChallenge : bearerErrorChallenge(code, description);
}

/**
 * Refuses a request of a client that sends too many (RFC 6585 §4).
 *
 * @param seconds after which it may send the request again
 */
export function tooManyRequests(description: string, seconds: number): OAuthError {
  return new OAuthError('temporarily_unavailable', description, {
    status: 429,
    headers: retryAfter(seconds),
  });
}
