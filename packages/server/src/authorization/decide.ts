import { OAuthError } from '@grantor/protocol';
import type { Session } from '../accounts/sign-in.js';
import type { Catalogue } from '../consents/catalogue.js';
import type { AuthorizationRequest } from './authorization-request.js';
import { consentItemsOf, isAllowed } from './consent-items.js';

/** What must happen next with an authorization request. */
export type Decision =
  | { readonly next: 'signIn' }
  | { readonly next: 'selectAccount'; readonly session: Session }
  | { readonly next: 'consent'; readonly session: Session }
  | { readonly next: 'grant'; readonly session: Session };

/** What is known of the person and the browser when a decision is due. */
export interface Circumstances {
  readonly session: Session | undefined;
  /** The `sid` of a sign-in that was made in answer to this very request. */
  readonly freshSessionId: string | undefined;
  /** The `sid` of the sign-in that the person chose to go on with, where they were asked. */
  readonly chosenSessionId: string | undefined;
  /** Whether the answer may speak of whoever is signed in (OpenID Connect Core 1.0 §3.1.2.2). */
  readonly isWanted: boolean;
  /** What the person allowed this client before: scopes, and claims beyond them. */
  readonly consented: readonly string[];
  /** What has what with it. */
  readonly catalogue: Catalogue;
  /** Seconds since the epoch. */
  readonly now: number;
}

/**
 * Decides between sign-in, the choice of an account, consent and granting (OpenID Connect Core 1.0
 * §3.1.2.3, §3.1.2.4).
 *
 * @throws OAuthError `login_required` or `consent_required` where `prompt=none` forbids asking (§3.1.2.6), and
 *   `login_required` where somebody else signed in than whom the request names (§3.1.2.2)
 */
export function decide(request: AuthorizationRequest, circumstances: Circumstances): Decision {
  const { session, consented, catalogue, isWanted } = circumstances;
  const silent = request.prompts.includes('none');
  if (session === undefined || !isWanted || !isFreshEnough(request, session, circumstances)) {
    if (silent) throw new OAuthError('login_required', 'The person must sign in, which prompt=none forbids');
    if (session !== undefined && session.record.id === circumstances.freshSessionId) {
      throw new OAuthError('login_required', 'Somebody else signed in than whom the request names');
    }
    return { next: 'signIn' };
  }
  if (request.prompts.includes('select_account') && !isChosen(session, circumstances)) {
    return { next: 'selectAccount', session };
  }
  const covered = consentItemsOf(request).every((item) => isAllowed(item, consented, catalogue));
  if (!covered || request.prompts.includes('consent')) {
    if (silent)
      throw new OAuthError('consent_required', 'The person must consent, which prompt=none forbids');
    return { next: 'consent', session };
  }
  return { next: 'grant', session };
}

function isFreshEnough(
  request: AuthorizationRequest,
  session: Session,
  { freshSessionId, now }: Circumstances,
): boolean {
  if (session.record.id === freshSessionId) return true;
  // OpenID Connect Core 1.0 §3.1.2.1: max_age=0 is the same as prompt=login, within one second too.
  if (request.prompts.includes('login') || request.maxAge === 0) return false;
  return request.maxAge === undefined || now - session.record.authTime <= request.maxAge;
}

/** Whoever has just signed in has chosen with it. */
function isChosen(session: Session, { freshSessionId, chosenSessionId }: Circumstances): boolean {
  return session.record.id === freshSessionId || session.record.id === chosenSessionId;
}
