import { Problem } from '../api/problem.js';
import type { EndpointResponse } from '../endpoints/endpoint.js';
import { RefusedApp } from '../endpoints/refused-app.js';
import { asHint, displayName, ErrorPage, type ErrorPageProps } from '../pages/index.js';
import { OAuthError } from '../protocol/index.js';
import { OwnerGone, StorageUnavailable } from '../storage/ports/index.js';
import { QueueFull } from '../throttling/fair-queue.js';
import { RetryLater } from '../throttling/retry-later.js';

/** How a route tells of what went wrong: to a program, or to a person. */
export type RefusalStyle = (
  error: OAuthError,
  requestId: string,
  /** The path of the request. */
  path: string,
) => EndpointResponse;

/** RFC 9110 §10.2.3: a 503 that passes, and a 429, say when the request may be sent again. */
export function retryHeaders({ cause }: OAuthError): Readonly<Record<string, string>> {
  const passes = cause instanceof StorageUnavailable || cause instanceof RetryLater;
  return passes ? { 'retry-after': String(cause.retryAfterSeconds) } : {};
}

/** RFC 6749 §5.2; a 401 says how to authenticate (RFC 9110 §15.5.2). */
export function refuseWithJson(issuer: string): RefusalStyle {
  const asProblem = refuseWithProblem(issuer);
  return (error, requestId, path) => {
    // An address that does not exist has no OAuth error code: RFC 9457 describes it.
    if (error.status === 404) return asProblem(error, requestId, path);
    return {
      kind: 'json',
      status: error.status,
      body: JSON.stringify(error.toBody()),
      ...(error.code === 'invalid_client' && error.status === 401
        ? { headers: { 'www-authenticate': `Basic realm="${issuer}", charset="UTF-8"` } }
        : {}),
    };
  };
}

/** A problem document, as the management API answers (RFC 9457). */
export function refuseWithProblem(issuer: string): RefusalStyle {
  return (error, _requestId, path) => new Problem(error.status, error.description).toResponse(issuer, path);
}

/** A page, which says to the person what happened and to the developer what must change. */
export const refuseWithPage: RefusalStyle = (error, requestId) => ({
  kind: 'page',
  status: error.status,
  page: ErrorPage({
    ...wordsFor(error),
    errorCode: error.status === 404 ? undefined : error.code,
    requestId: error.status >= 500 ? requestId : undefined,
  }),
});

function wordsFor(error: OAuthError): Omit<ErrorPageProps, 'errorCode' | 'requestId'> {
  const { status, code, description } = error;
  if (status === 503) {
    return {
      title: 'Please try again in a moment',
      message: 'The server cannot answer right now. It was not your doing.',
    };
  }
  if (status >= 500) {
    return {
      title: 'Something went wrong here',
      message: 'It was not your doing. Please try again in a moment.',
    };
  }
  if (status === 429) {
    return {
      title: 'Please try again in a moment',
      message: 'Too many requests came from your network or for this app.',
    };
  }
  if (status === 404) {
    return {
      title: 'There is nothing here',
      message: 'The address may be mistyped, or out of date.',
      restartHref: '/',
    };
  }
  if (status === 405 || code === 'access_denied') {
    return { title: 'This did not work', message: description, restartHref: '/' };
  }
  return {
    title: 'This app cannot be connected',
    message: `${appOf(error)} sent a request that cannot be answered. Its developer can set this right.`,
    developerHint: asHint(description),
  };
}

/** A name that an app chose for itself is in quotes, so that the page says nothing in its words. */
function appOf(error: OAuthError): string {
  return error instanceof RefusedApp
    ? `The app “${displayName(error.appName, 'without a name')}”`
    : 'The app';
}

/** A form of our own pages that could not be read, which no app has to do with. */
export const refuseForm: RefusalStyle = (error, requestId, path) => {
  if (error.status >= 500) {
    return refuseWithPage(error, requestId, path);
  }
  const page = ErrorPage({
    title: 'This form could not be read',
    message: `${error.description}. Go back and try again.`,
    errorCode: error.code,
  });
  return { kind: 'page', status: error.status, page };
};

/** Anything that is not a refusal is our own failure: said in general, logged in full. */
export function asOAuthError(error: unknown): OAuthError {
  if (error instanceof OAuthError) return error;
  if (error instanceof OwnerGone) {
    return new OAuthError('invalid_request', 'The app or the account was deleted meanwhile', {
      cause: error,
    });
  }
  if (error instanceof StorageUnavailable) {
    return new OAuthError(
      'temporarily_unavailable',
      'The database is not available now. Send the request again after the seconds in Retry-After',
      { internal: error.message, cause: error },
    );
  }
  if (error instanceof QueueFull) {
    return new OAuthError(
      'temporarily_unavailable',
      'The server has too much to do right now. Send the request again in a few seconds',
      { cause: error },
    );
  }
  return new OAuthError('server_error', 'The server failed to answer; the incident was logged', {
    cause: error,
  });
}
