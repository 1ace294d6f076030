import { asHint, MessagePage, SignedOutPage } from '../pages/index.js';
import type { OAuthError } from '../protocol/index.js';
import type { PageResponse } from './endpoint.js';

/** An app's logout request that cannot be answered, where nobody is signed in. */
export function logoutProblem({ status, code, description }: OAuthError): PageResponse {
  return {
    kind: 'page',
    status,
    page: SignedOutPage({ problem: { hint: asHint(description), errorCode: code } }),
  };
}

export function stillSignedIn(): PageResponse {
  return {
    kind: 'page',
    status: 200,
    page: MessagePage({
      title: 'You are still signed in',
      message: 'Nothing has changed. You can close this window or go back to where you came from.',
      icon: 'check',
    }),
  };
}
