import type { Callback } from '../authorization/authorization-request.js';
import type { ResponseParameters } from '../authorization/response.js';
import { FormPostPage, formPostScript, LeavePage } from '../pages/index.js';
import { addToRedirectUri, redirectUriHost } from '../protocol/index.js';
import {
  type PageResponse,
  type RedirectResponse,
  redirect,
  type SessionChange,
  withChange,
} from './endpoint.js';

/** Sends a response to the client, in the `response_mode` of the request. */
export function respond(
  { client, redirectUri, responseMode }: Callback,
  parameters: ResponseParameters,
  change?: SessionChange,
): PageResponse | RedirectResponse {
  if (responseMode !== 'form_post') {
    return redirect(addToRedirectUri(redirectUri, parameters, responseMode), change);
  }
  // Form Post Response Mode 1.0 §2: a page whose script or button submits its form.
  return {
    kind: 'page',
    status: 200,
    page: FormPostPage({ action: redirectUri, fields: parameters, appName: client.name }),
    formTarget: redirectUri,
    script: formPostScript,
    ...(change === undefined ? {} : { session: change }),
  };
}

/** Shows the user where a response would go, as a link to follow (RFC 9700 §4.11.2). */
export function respondByLink(
  { client, redirectUri, responseMode }: Callback,
  parameters: ResponseParameters,
  change?: SessionChange,
): PageResponse {
  const named = { appName: client.name, host: redirectUriHost(redirectUri) };
  const page: PageResponse = {
    kind: 'page',
    status: 400,
    page:
      responseMode === 'form_post'
        ? LeavePage({ ...named, redirectUri, fields: parameters })
        : LeavePage({ ...named, redirectUri: addToRedirectUri(redirectUri, parameters, responseMode) }),
    formTarget: redirectUri,
  };
  return withChange(page, change);
}
