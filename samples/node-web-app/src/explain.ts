import {
  AuthorizationDeniedError,
  AuthorizationError,
  ClientError,
  MissingRefreshTokenError,
  OAuthResponseError,
} from '@grantor/client';

/** The explanation of an error on a page. */
export interface ErrorExplanation {
  readonly status: 200 | 400 | 500 | 502;
  readonly title: string;
  /** For the user: what happened and what to do. */
  readonly text: string;
  /** For the developer; holds no token and no secret. */
  readonly detail?: string;
}

/** Whether the tokens are no longer valid, so that the user must connect again (RFC 6749 §5.2, RFC 6750 §3.1). */
export function isAccessEnded(error: unknown): boolean {
  if (error instanceof MissingRefreshTokenError) return true;
  return error instanceof OAuthResponseError && ['invalid_grant', 'invalid_token'].includes(error.error);
}

/** Explains an error to the user. */
export function explain(error: unknown, issuer: string): ErrorExplanation {
  if (error instanceof AuthorizationDeniedError) {
    return {
      status: 200,
      title: 'You chose not to connect',
      text: 'No problem: nothing was shared. You can connect any time.',
    };
  }
  if (!(error instanceof ClientError)) {
    return { status: 500, title: 'Something went wrong in this app', text: 'Please try again in a moment.' };
  }
  const detail = error.message;
  switch (error.code) {
    case 'state_mismatch':
    case 'transaction_invalid':
    case 'invalid_callback':
    case 'issuer_mismatch':
      return {
        status: 400,
        title: 'This sign-in cannot be finished',
        text: 'It is already finished, was started in another tab or browser, or is too old. Connect again.',
        detail,
      };
    case 'network':
    case 'timeout':
    case 'discovery_failed':
      return {
        status: 502,
        title: 'The authorization server cannot be reached',
        text: `Please try again in a moment. If this is your own machine, check that it runs at ${issuer}.`,
        detail,
      };
    case 'authorization_error':
      return {
        status: error instanceof AuthorizationError && error.error === 'server_error' ? 502 : 400,
        title: 'The authorization server could not connect you',
        text: 'Connect again. If the error remains, contact the administrator of this app.',
        detail,
      };
    default:
      return {
        status: 502,
        title: 'Connecting did not work',
        text: 'Connect again. If the error remains, contact the administrator of this app.',
        detail,
      };
  }
}
