import { createHash, createHmac } from 'node:crypto';
import type { DeploymentKeys } from '../crypto/deployment-keys.js';
import { type Random, randomId } from '../crypto/random.js';

/** Session Management 1.0: lets a page of an app check whether the session is unchanged. */
export interface SessionStates {
  /**
   * The browser state, which the server's page in the app's frame can read. It changes when another user signs in, ends
   * with the session, and reveals nothing about the session cookie.
   */
  browserState(sessionId: string): string;
  /**
   * The `session_state` of an authorization response (Session Management 1.0 §2, §3.2): a salted hash of client,
   * origin and browser state.
   *
   * @returns undefined if the redirect URI has no web origin
   */
  sessionState(clientId: string, redirectUri: string, sessionId: string): string | undefined;
}

export function createSessionStates({ current }: DeploymentKeys, random: Random): SessionStates {
  const key = current.derive('browser-state');
  const browserState = (sessionId: string) => createHmac('sha256', key).update(sessionId).digest('base64url');
  return {
    browserState,
    sessionState(clientId, redirectUri, sessionId) {
      const origin = URL.parse(redirectUri)?.origin ?? 'null';
      // A client_id with a space would be ambiguous.
      if (origin === 'null' || clientId.includes(' ')) return undefined;
      const salt = randomId(random);
      // The script on the page for check_session_iframe computes the same (pages/check-session.page.tsx).
      const text = `${clientId} ${origin} ${browserState(sessionId)} ${salt}`;
      return `${createHash('sha256').update(text).digest('base64url')}.${salt}`;
    },
  };
}
