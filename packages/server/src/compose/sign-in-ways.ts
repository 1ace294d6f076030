import type { Config } from '../config/config.js';
import { paths } from '../endpoints/paths.js';
import { providerPath } from '../endpoints/provider-visit.js';
import type { SignInDoor, SignInWays } from '../endpoints/sign-in-ways.js';
import type { Services } from './services.js';

/** The links of the sign-in page. A feature adds its line here. */
export function signInWays(
  { signUp, emailSignIn }: Pick<Config, 'signUp' | 'emailSignIn'>,
  sendsMails: boolean,
  providers: Services['providers'],
): SignInWays {
  return {
    ways: [
      ...(emailSignIn === 'on'
        ? [{ id: 'by-email', label: { key: 'signIn.byEmail' }, path: paths.emailSignIn[0] } as const]
        : []),
      ...providerDoors(providers),
    ],
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

function providerDoors(providers: Services['providers']): readonly SignInDoor[] {
  return [...providers].map(([id, { name }]) => ({
    id: `with-${id}`,
    label: { key: 'upstream.continueWith', values: { provider: name } },
    path: providerPath(id),
  }));
}
