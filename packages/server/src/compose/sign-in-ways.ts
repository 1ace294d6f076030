import type { Config } from '../config/config.js';
import { paths } from '../endpoints/paths.js';
import type { SignInWays } from '../endpoints/sign-in-ways.js';

/** The links of the sign-in page. A feature adds its line here. */
export function signInWays({ signUp }: Pick<Config, 'signUp'>, sendsMails: boolean): SignInWays {
  return {
    ways: [],
    links: [
      ...(sendsMails
        ? [
            {
              id: 'forgot-password',
              label: { key: 'signUp.forgotPassword' },
              path: paths.resetPassword[0],
            } as const,
          ]
        : []),
      ...(signUp === 'open'
        ? [{ id: 'sign-up', label: { key: 'signUp.title' }, path: paths.signUp[0] } as const]
        : []),
    ],
  };
}
