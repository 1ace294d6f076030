import type { Authentication, GrantOrigin } from '../storage/ports/index.js';

/** How the user signed in for a grant; undefined where the grant comes from no sign-in. */
export function authenticationOf(origin: GrantOrigin): Authentication | undefined {
  return 'authTime' in origin ? origin : undefined;
}
