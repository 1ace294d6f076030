import { createEmailCodes } from '../accounts/self-service/email-codes.js';
import {
  createEmailSignIn,
  type EmailSignIn,
  type EmailSignInDependencies,
} from '../accounts/self-service/email-sign-in.js';
import {
  type EmailSignInEndpointDependencies,
  emailCodeEndpoint,
  emailLinkEndpoint,
  emailSignInEndpoint,
} from '../endpoints/email-sign-in.endpoint.js';
import type { Endpoints } from '../http/routes.js';
import type { ServerDependencies } from './dependencies.js';

/** @returns undefined unless the operator turned sign-ins by email on */
export function createEmailSignInOf(
  { config, keys, store, limits, clock }: ServerDependencies,
  services: Pick<EmailSignInDependencies, 'links' | 'mailThrottle' | 'throttle' | 'knownBrowsers' | 'events'>,
): EmailSignIn | undefined {
  if (config.emailSignIn === 'off') return undefined;
  return createEmailSignIn({
    ...services,
    accounts: store.accounts,
    identities: store.externalIdentities,
    requests: store.accountLinks,
    codes: createEmailCodes(keys.current),
    limits,
    clock,
  });
}

/** The pages of a sign-in by email. */
export function emailSignInEndpoints(
  emailSignIn: EmailSignIn | undefined,
  forSignIn: Omit<EmailSignInEndpointDependencies, 'emailSignIn'>,
): Pick<Endpoints, 'emailSignIn' | 'emailCode' | 'emailLink'> {
  if (emailSignIn === undefined) {
    return { emailSignIn: undefined, emailCode: undefined, emailLink: undefined };
  }
  const dependencies = { ...forSignIn, emailSignIn };
  return {
    emailSignIn: emailSignInEndpoint(dependencies),
    emailCode: emailCodeEndpoint(dependencies),
    emailLink: emailLinkEndpoint(dependencies),
  };
}
