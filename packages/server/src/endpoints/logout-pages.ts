import { asHint, MessagePage, pageElement, SignedOutPage } from '../pages/index.js';
import type { OAuthError } from '../protocol/index.js';
import type { PageResponse } from './endpoint.js';

/** An invalid logout request of an app, without a signed-in user. */
export function logoutProblem({ status, code, description }: OAuthError): PageResponse {
  return {
    kind: 'page',
    status,
    page: pageElement(SignedOutPage, { problem: { hint: asHint(description), errorCode: code } }),
  };
}

export function stillSignedIn(): PageResponse {
  return {
    kind: 'page',
    status: 200,
    page: pageElement(MessagePage, {
      title: 'signOut.nothingChanged',
      message: 'signOut.nothingChangedMessage',
      icon: 'check',
    }),
  };
}
