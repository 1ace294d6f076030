import { refuseForbiddenRequest } from '../clients/protocol-policy.js';
import type { ResponseType } from '../protocol/index.js';
import type { AuthorizationRequest } from './authorization-request.js';
import type { CheckContext } from './check-table.js';

/** Refuses a response type that the operator does not allow, and a request without PKCE where the operator requires it. */
export function checkPolicy(
  request: Pick<AuthorizationRequest, 'codeChallenge'> & { readonly responseType: ResponseType },
  { policy }: CheckContext,
): object {
  refuseForbiddenRequest(policy, request);
  return {};
}
