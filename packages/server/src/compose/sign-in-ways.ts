import type { SignInWays } from '../endpoints/sign-in-ways.js';

/** The links of the sign-in page. A feature adds its line here. */
export function signInWays(): SignInWays {
  return {
    ways: [],
    links: [],
  };
}
