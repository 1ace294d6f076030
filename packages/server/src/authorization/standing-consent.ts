import { consentItemsOf, isAllowed } from '../consents/consent-items.js';
import type { Catalogue } from '../scopes/catalogue.js';
import type { ConsentItem } from '../storage/ports/index.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { isAlwaysAsked } from './native-client.js';

/**
 * Whether what the user allowed before covers all that the request asks for, so that the user need not be asked again
 * (OpenID Connect Core 1.0 §3.1.2.4).
 *
 * @param consented what the user allowed this client before
 */
export function hasStandingConsent(
  request: AuthorizationRequest,
  consented: readonly ConsentItem[],
  catalogue: Catalogue,
): boolean {
  if (request.prompts.includes('consent') || isAlwaysAsked(request)) return false;
  return consentItemsOf(request).every((item) => isAllowed(item, consented, catalogue));
}
