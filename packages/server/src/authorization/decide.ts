import type { Session } from '../accounts/sign-in.js';
import { consentItemsOf, isAllowed } from '../consents/consent-items.js';
import { OAuthError } from '../protocol/index.js';
import type { Catalogue } from '../scopes/catalogue.js';
import type { ConsentItem } from '../storage/ports/index.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { isAlwaysAsked } from './native-client.js';
import type { Arrival } from './ticket.js';

/** What must happen next with an authorization request. */
export type Decision =
  | { readonly next: 'signIn' }
  | { readonly next: 'selectAccount'; readonly session: Session }
  | { readonly next: 'consent'; readonly session: Session }
  | { readonly next: 'grant'; readonly session: Session };

/** What is known of the person and the browser when a decision is due. */
export interface Circumstances {
  readonly session: Session | undefined;
  /** When the request arrived, and with which sign-in. */
  readonly arrival: Arrival;
  /** The `sid` of the sign-in that the user chose, or made in answer to this request. */
  readonly chosenSessionId: string | undefined;
  /** Whether the answer may speak of whoever is signed in (OpenID Connect Core 1.0 §3.1.2.2). */
  readonly isWanted: boolean;
  /** What the user allowed this client before. */
  readonly consented: readonly ConsentItem[];
  /** What has what with it. */
  readonly catalogue: Catalogue;
}

/**
 * Decides between sign-in, the choice of an account, consent and granting (OpenID Connect Core 1.0
 * §3.1.2.3, §3.1.2.4).
 *
 * @throws OAuthError `login_required` or `consent_required` where `prompt=none` forbids asking (§3.1.2.6), and
 *   `login_required` where somebody else signed in than whom the request names (§3.1.2.2)
 */
export function decide(request: AuthorizationRequest, circumstances: Circumstances): Decision {
  const { session, consented, catalogue, isWanted, arrival, chosenSessionId } = circumstances;
  const silent = request.prompts.includes('none');
  if (session === undefined || !isWanted || !isFreshEnough(request, session, arrival)) {
    if (silent) throw new OAuthError('login_required', 'The person must sign in, which prompt=none forbids');
    if (session !== undefined && !isWanted && session.record.id === chosenSessionId) {
      throw new OAuthError('login_required', 'Somebody else signed in than whom the request names');
    }
    return { next: 'signIn' };
  }
  if (request.prompts.includes('select_account') && session.record.id !== chosenSessionId) {
    return { next: 'selectAccount', session };
  }
  const covered = consentItemsOf(request).every((item) => isAllowed(item, consented, catalogue));
  if (!covered || request.prompts.includes('consent') || isAlwaysAsked(request)) {
    if (silent)
      throw new OAuthError('consent_required', 'The person must consent, which prompt=none forbids');
    return { next: 'consent', session };
  }
  return { next: 'grant', session };
}

/** Whether `auth_time` is recent enough, measured when the request arrived: a user may take time over the pages. */
function isFreshEnough(
  { prompts, maxAge }: AuthorizationRequest,
  { record }: Session,
  arrival: Arrival,
): boolean {
  // In whole seconds alone, a sign-in just before the request would look like one after it.
  if (record.authTime >= arrival.at && record.tokenHash !== arrival.signIn) return true;
  // OpenID Connect Core 1.0 §3.1.2.1: max_age=0 is the same as prompt=login.
  if (prompts.includes('login') || maxAge === 0) return false;
  return maxAge === undefined || arrival.at - record.authTime <= maxAge;
}
