import type {
  AuthorizationResponse,
  GrantedResponse,
  RefusedResponse,
  ResponseParameters,
} from '../authorization/authorization-response.js';
import { byDestination, type Redirect } from '../authorization/destination.js';
import { FormPostPage, formPostScript, LeavePage, pageElement } from '../pages/index.js';
import { addToRedirectUri, redirectUriHost } from '../protocol/index.js';
import {
  type PageResponse,
  type RedirectResponse,
  redirect,
  type SessionChange,
  withChange,
} from './endpoint.js';
import { alreadyDecided } from './ticket-pages.js';

/**
 * Sends an authorization response to its destination.
 *
 * @param change of the session's cookies, by the sign-in that the response completes
 */
export function deliver(
  response: AuthorizationResponse,
  change?: SessionChange,
): PageResponse | RedirectResponse {
  if (response.outcome === 'alreadyDecided') return withChange(alreadyDecided(), change);
  return byDestination(response.destination, {
    redirect: (to) => deliverByRedirect(response, to, change),
  });
}

function deliverByRedirect(
  response: GrantedResponse | RefusedResponse,
  to: Redirect,
  change: SessionChange | undefined,
): PageResponse | RedirectResponse {
  const { client, parameters } = response;
  if (response.outcome === 'granted') {
    return withChange(sendBack(client.name, to, parameters), change ?? response.browserState);
  }
  const refused = response.asksBeforeRedirect
    ? linkBack(client.name, to, parameters)
    : sendBack(client.name, to, parameters);
  return { ...withChange(refused, change), refusal: response.reason };
}

/** Sends a response to the client, in the `response_mode` of the request. */
function sendBack(
  appName: string,
  { redirectUri, responseMode }: Redirect,
  parameters: ResponseParameters,
): PageResponse | RedirectResponse {
  if (responseMode !== 'form_post') return redirect(addToRedirectUri(redirectUri, parameters, responseMode));
  // Form Post Response Mode 1.0 §2: a page whose script or button submits its form.
  return {
    kind: 'page',
    status: 200,
    page: pageElement(FormPostPage, { action: redirectUri, fields: parameters, appName }),
    formTarget: redirectUri,
    script: formPostScript,
  };
}

/** Shows the user where a response would go, as a link to follow (RFC 9700 §4.11.2). */
function linkBack(
  appName: string,
  { redirectUri, responseMode }: Redirect,
  parameters: ResponseParameters,
): PageResponse {
  const named = { appName, host: redirectUriHost(redirectUri) };
  return {
    kind: 'page',
    status: 400,
    page:
      responseMode === 'form_post'
        ? pageElement(LeavePage, { ...named, redirectUri, fields: parameters })
        : pageElement(LeavePage, {
            ...named,
            redirectUri: addToRedirectUri(redirectUri, parameters, responseMode),
          }),
    formTarget: redirectUri,
  };
}
