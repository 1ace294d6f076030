import { problemResponse } from '../api/problem.js';
import { type EndpointResponse, json } from '../endpoints/endpoint.js';
import { RefusedForm } from '../endpoints/refused-form.js';
import { asHint, displayName, ErrorPage, type ErrorPageProps, pageElement } from '../pages/index.js';
import { OAuthError, Refusal, RefusedApp, retryAfter } from '../protocol/index.js';
import { AccountChanged, MailsFull, OwnerGone, StorageUnavailable } from '../storage/ports/index.js';
import { QueueFull } from '../throttling/fair-queue.js';

/** A guess: mails leave the queue as fast as the mail server takes them. */
const MAILS_FULL_SECONDS = 60;

/** How a route reports a refusal: in JSON, in a problem document or on a page. */
export type RefusalStyle = (
  refusal: Refusal,
  requestId: string,
  /** The path of the request. */
  path: string,
) => EndpointResponse;

/** RFC 6749 §5.2 */
export function refuseWithJson(issuer: string): RefusalStyle {
  return (refusal, _requestId, path) => {
    const { status, code, description, headers, challenge } = refusal;
    // OAuth has no error code for an address that does not exist: RFC 9457 describes it.
    if (status === 404) return problemResponse(refusal, issuer, path);
    return { ...json(status, { error: code, error_description: description }, headers), challenge };
  };
}

/** RFC 9457, for the management API. */
export function refuseWithProblem(issuer: string): RefusalStyle {
  return (refusal, _requestId, path) => problemResponse(refusal, issuer, path);
}

/** A page that tells the user what happened, and the developer what to change. */
export const refuseWithPage: RefusalStyle = (refusal, requestId) => ({
  kind: 'page',
  status: refusal.status,
  page: pageElement(ErrorPage, {
    ...wordsFor(refusal),
    errorCode: refusal.status === 404 ? undefined : refusal.code,
    requestId: refusal.status >= 500 ? requestId : undefined,
  }),
  headers: refusal.headers,
});

type Words = Pick<ErrorPageProps, 'title' | 'message' | 'developerHint' | 'restartHref'>;

/** The description of a refusal is for developers, in English. What users read is in their language. */
function wordsFor(refusal: Refusal): Words {
  const { status, code, description } = refusal;
  if (status === 503) return { title: 'errors.tryAgainLater', message: 'errors.unavailable' };
  if (status >= 500) return { title: 'errors.failed', message: 'errors.failedMessage' };
  if (status === 429) return { title: 'errors.tryAgainLater', message: 'errors.tooManyRequests' };
  if (status === 404)
    return { title: 'errors.notFound', message: 'errors.notFoundMessage', restartHref: '/' };
  const developerHint = asHint(description);
  if (refusal instanceof RefusedForm) {
    return { title: 'errors.formRefused', message: 'errors.formRefusedMessage', developerHint };
  }
  if (status === 405 || code === 'access_denied') {
    return { title: 'errors.refused', message: 'errors.refusedMessage', developerHint, restartHref: '/' };
  }
  return { title: 'errors.invalidApp', message: invalidRequestOf(refusal), developerHint };
}

/** The name that an app chose is in quotes, so that it does not look like text of the page. */
function invalidRequestOf(refusal: Refusal): ErrorPageProps['message'] {
  const app = refusal instanceof RefusedApp ? displayName(refusal.appName, '') : '';
  return app === '' ? 'errors.invalidRequest' : { key: 'errors.invalidRequestOf', values: { app } };
}

/** Any other error is a failure of the server. The response does not have its details; the log does. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof OwnerGone) {
    return new OAuthError('invalid_request', 'The app or the account was deleted during the request', {
      cause: error,
    });
  }
  if (error instanceof AccountChanged) {
    return new OAuthError('access_denied', 'The account has changed during the sign-in. Sign in again', {
      cause: error,
    });
  }
  if (error instanceof StorageUnavailable) {
    return new OAuthError(
      'temporarily_unavailable',
      'The database is not available now. Send the request again after the seconds in Retry-After',
      { internal: error.message, headers: retryAfter(error.retryAfterSeconds), cause: error },
    );
  }
  if (error instanceof MailsFull) {
    return new OAuthError(
      'temporarily_unavailable',
      'Too many mails wait to be sent. Send the request again later',
      { headers: retryAfter(MAILS_FULL_SECONDS), cause: error },
    );
  }
  if (error instanceof QueueFull) {
    return new OAuthError(
      'temporarily_unavailable',
      'The server is busy. Send the request again in a few seconds',
      { headers: retryAfter(error.retryAfterSeconds), cause: error },
    );
  }
  return new OAuthError('server_error', 'An internal error occurred. The log of the server has the details', {
    cause: error,
  });
}
