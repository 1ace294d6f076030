import type { AccountManagement } from '../accounts/account-management.js';
import { createExternalSignIn, type SignInExternally } from '../accounts/external-identity.js';
import { createLinkedIdentities, type LinkedIdentities } from '../accounts/linked-identities.js';
import type { SignInEvents } from '../accounts/sign-in-events.js';
import type { CreateEvent } from '../audit/events.js';
import type { ServerDependencies } from './dependencies.js';

/** How users of other systems sign in, and which identities their accounts have. */
export interface ExternalAccounts {
  readonly signInExternally: SignInExternally;
  readonly linkedIdentities: LinkedIdentities;
}

export function createExternalAccounts(
  { store, clock, random }: ServerDependencies,
  services: {
    readonly createEvent: CreateEvent;
    readonly management: AccountManagement;
    readonly signInEvents: SignInEvents;
    /** Whether users can sign in with passkeys. */
    readonly hasPasskeys: boolean;
  },
): ExternalAccounts {
  const { createEvent, management, signInEvents: events } = services;
  const common = { identities: store.externalIdentities, createEvent, clock };
  return {
    signInExternally: createExternalSignIn({ ...common, management, events, random }),
    linkedIdentities: createLinkedIdentities({
      ...common,
      otherWays: { passkeys: services.hasPasskeys },
    }),
  };
}
