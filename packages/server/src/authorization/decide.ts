import { OAuthError } from '@grantor/protocol';
import type { Session } from '../accounts/sign-in.js';
import type { AuthorizationRequest } from './authorization-request.js';

/** What must happen next with an authorization request. */
export type Decision =
  | { readonly next: 'signIn' }
  | { readonly next: 'consent'; readonly session: Session }
  | { readonly next: 'grant'; readonly session: Session };

/** What is known of the person and the browser when a decision is due. */
export interface Circumstances {
  readonly session: Session | undefined;
  /** The `sid` of a sign-in that was made in answer to this very request. */
  readonly freshSessionId: string | undefined;
  /** What the person allowed this client before. */
  readonly consented: readonly string[];
  /** Seconds since the epoch. */
  readonly now: number;
}

/**
 * Decides between sign-in, consent and granting (OpenID Connect Core 1.0 §3.1.2.3, §3.1.2.4).
 *
 * @throws OAuthError `login_required` or `consent_required` where `prompt=none` forbids asking (§3.1.2.6)
 */
export function decide(request: AuthorizationRequest, circumstances: Circumstances): Decision {
  const { session, consented } = circumstances;
  const silent = request.prompts.includes('none');
  if (session === undefined || !isFreshEnough(request, session, circumstances)) {
    if (silent) throw new OAuthError('login_required', 'The person must sign in, which prompt=none forbids');
    return { next: 'signIn' };
  }
  const covered = request.scopes.every((scope) => consented.includes(scope));
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
  if (request.prompts.includes('login') || request.prompts.includes('select_account')) return false;
  return request.maxAge === undefined || now - session.record.authTime <= request.maxAge;
}
