import type { GrantOrigin, SignInOfGrant } from '../storage/ports/index.js';

/** How the user signed in for a grant; undefined where the grant comes from no sign-in. */
export function authenticationOf(origin: GrantOrigin): SignInOfGrant | undefined {
  return 'authTime' in origin ? origin : undefined;
}
