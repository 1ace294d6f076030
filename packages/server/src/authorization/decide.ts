import type { Session } from '../accounts/sign-in.js';
import { OAuthError } from '../protocol/index.js';
import type { AuthorizationRequest } from './authorization-request.js';
import type { Arrival } from './ticket.js';

/** What must happen next with an authorization request. */
export type Decision =
  | { readonly next: 'signIn' }
  | { readonly next: 'selectAccount'; readonly session: Session }
  | { readonly next: 'consent'; readonly session: Session }
  | { readonly next: 'grant'; readonly session: Session };

/** What is known of the user and the browser when a decision is due. */
export interface UserState {
  readonly session: Session | undefined;
  /** When the request arrived, and with which sign-in. */
  readonly arrival: Arrival;
  /** The `sid` of the sign-in that the user chose, or made in response to this request. */
  readonly chosenSessionId: string | undefined;
  /** Whether the response may be about the signed-in user (OpenID Connect Core 1.0 §3.1.2.2). */
  readonly isRequestedUser: boolean;
  /** Whether earlier consent covers the request. */
  readonly hasConsented: boolean;
}

/**
 * Decides between sign-in, the choice of an account, consent and granting (OpenID Connect Core 1.0
 * §3.1.2.3, §3.1.2.4).
 *
 * @throws OAuthError `login_required` or `consent_required` where `prompt=none` forbids asking (§3.1.2.6), and
 *   `login_required` where another user has signed in than the request names (§3.1.2.2)
 */
export function decide(request: AuthorizationRequest, state: UserState): Decision {
  const { session, hasConsented, isRequestedUser, arrival, chosenSessionId } = state;
  const silent = request.prompts.includes('none');
  if (session === undefined || !isRequestedUser || !isFreshEnough(request, session, arrival)) {
    if (silent) throw new OAuthError('login_required', 'The user must sign in, which prompt=none forbids');
    if (session !== undefined && !isRequestedUser && session.record.id === chosenSessionId) {
      throw new OAuthError('login_required', 'Another user has signed in than the request names');
    }
    return { next: 'signIn' };
  }
  if (request.prompts.includes('select_account') && session.record.id !== chosenSessionId) {
    return { next: 'selectAccount', session };
  }
  if (hasConsented) return { next: 'grant', session };
  if (silent) throw new OAuthError('consent_required', 'The user must consent, which prompt=none forbids');
  return { next: 'consent', session };
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
