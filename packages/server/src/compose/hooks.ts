import type { CompleteSignInDependencies } from '../endpoints/complete-sign-in.js';
import { continueConsentEndpoint, hookedConsentEndpoint } from '../endpoints/consent-hook.endpoint.js';
import { createOperatorSignOut, type OperatorSignOut } from '../endpoints/operator-sign-out.js';
import { continueSignInEndpoint, hookedSignInEndpoint } from '../endpoints/sign-in-hook.endpoint.js';
import type { SignOutReturns } from '../endpoints/sign-out-return.js';
import type { TicketDependencies } from '../endpoints/ticket-form.js';
import type { Endpoints } from '../http/routes.js';
import type { ServerDependencies } from './dependencies.js';
import { areOtherSignInsOpen, replacedEndpoints } from './other-sign-ins.js';
import type { Services } from './services.js';

/** The endpoints that send the browser to the operator's own pages, in place of the pages of the server. */
export function hookedEndpoints(
  { config, store }: ServerDependencies,
  services: Services,
  forSignIn: TicketDependencies & CompleteSignInDependencies,
): Partial<Endpoints> {
  const { signInUrl, consentUrl } = config;
  const { createEvent, hooks } = services;
  const common = { ...forSignIn, hooks };
  return {
    ...(areOtherSignInsOpen(config) ? {} : replacedEndpoints),
    ...(signInUrl === undefined
      ? {}
      : {
          signIn: hookedSignInEndpoint({ ...common, signInUrl }),
          continueSignIn: continueSignInEndpoint({
            ...common,
            accounts: store.accounts,
          }),
        }),
    ...(consentUrl === undefined
      ? {}
      : {
          consent: hookedConsentEndpoint({ ...common, createEvent, consentUrl }),
          continueConsent: continueConsentEndpoint({ ...common, createEvent }),
        }),
  };
}

/** The operator's sign-out page; undefined without one. */
export function operatorSignOutOf(
  { config: { issuer, signOutUrl } }: ServerDependencies,
  returns: SignOutReturns,
): OperatorSignOut | undefined {
  return signOutUrl === undefined ? undefined : createOperatorSignOut({ signOutUrl, issuer, returns });
}
