import type { Session } from '../accounts/sign-in.js';
import { OAuthError } from '../protocol/index.js';
import type { AuthorizationRequest } from './authorization-request.js';
import type { ContextReach } from './missing-context.js';
import { unmetRequirements } from './requested-contexts.js';
import type { Arrival } from './ticket.js';

/** What must happen next with an authorization request. */
export type Decision =
  | { readonly next: 'signIn' }
  | { readonly next: 'selectAccount'; readonly session: Session }
  /** The user must add a factor to the session. */
  | { readonly next: 'stepUp'; readonly session: Session }
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
  /** How the user can reach a context that the request asks for. */
  readonly reach: ContextReach;
  /** Whether earlier consent covers the request. */
  readonly hasConsented: boolean;
}

/**
 * Decides between sign-in, the choice of an account, another factor, consent and granting (OpenID Connect Core 1.0
 * §3.1.2.3, §3.1.2.4).
 *
 * @throws OAuthError `login_required` or `consent_required` where `prompt=none` forbids asking (§3.1.2.6), and
 *   `login_required` where another user has signed in than the request names (§3.1.2.2);
 *   `unmet_authentication_requirements` where the user cannot reach an essential `acr` (§5.5.1.1)
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
  const missing = missingFactor(request, session, state);
  if (missing !== undefined) return missing;
  if (hasConsented) return { next: 'grant', session };
  if (silent) throw new OAuthError('consent_required', 'The user must consent, which prompt=none forbids');
  return { next: 'consent', session };
}

/**
 * What the user must do to reach a requested context. A voluntary one is asked for only if the user has set up the factor,
 * and never where `prompt=none` forbids asking (OpenID Connect Core 1.0 §3.1.2.1, §5.5.1.1).
 */
function missingFactor(
  { prompts, contexts }: AuthorizationRequest,
  session: Session,
  { reach, arrival }: UserState,
): Decision | undefined {
  const isEssential = contexts?.isEssential === true;
  if (reach === 'satisfied' || (!isEssential && reach !== 'anotherFactor')) return undefined;
  // A user who has just signed in another way than the app requires would be asked again and again.
  if (reach === 'none' || (reach === 'anotherSignIn' && isFreshSignIn(session, arrival)))
    throw unmetRequirements();
  if (prompts.includes('none')) {
    if (!isEssential) return undefined;
    throw new OAuthError('login_required', 'The user must prove another factor, which prompt=none forbids');
  }
  return reach === 'anotherFactor' ? { next: 'stepUp', session } : { next: 'signIn' };
}

/** Whether the user has signed in since the request arrived. */
function isFreshSignIn({ record }: Session, arrival: Arrival): boolean {
  // In whole seconds alone, a sign-in just before the request would look like one after it.
  return record.authTime >= arrival.at && record.tokenHash !== arrival.signIn;
}

/** Whether `auth_time` is recent enough, measured when the request arrived: a user may take time over the pages. */
function isFreshEnough(request: AuthorizationRequest, session: Session, arrival: Arrival): boolean {
  if (isFreshSignIn(session, arrival)) return true;
  const earliest = earliestSignIn(request, arrival);
  return earliest === undefined || (!asksForSignIn(request) && session.record.authTime >= earliest);
}

/**
 * The earliest `auth_time` that a request accepts; undefined for any.
 *
 * @param arrival when the request arrived
 */
export function earliestSignIn(
  { prompts, maxAge }: Pick<AuthorizationRequest, 'prompts' | 'maxAge'>,
  arrival: Arrival,
): number | undefined {
  if (asksForSignIn({ prompts, maxAge })) return arrival.at;
  return maxAge === undefined ? undefined : arrival.at - maxAge;
}

/** OpenID Connect Core 1.0 §3.1.2.1: max_age=0 is the same as prompt=login. */
function asksForSignIn({ prompts, maxAge }: Pick<AuthorizationRequest, 'prompts' | 'maxAge'>): boolean {
  return prompts.includes('login') || maxAge === 0;
}
