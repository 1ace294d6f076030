import { createAccountManagement } from '../accounts/account-management.js';
import { createExternalSignIn, type SignInExternally } from '../accounts/external-identity.js';
import { createLinkedIdentities, type LinkedIdentities } from '../accounts/linked-identities.js';
import type { Passwords } from '../accounts/passwords.js';
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
    readonly passwords: Passwords;
    readonly signInEvents: SignInEvents;
    readonly backChannel: { wake(): void };
    /** Whether users can sign in with passkeys. */
    readonly hasPasskeys: boolean;
  },
): ExternalAccounts {
  const { createEvent, passwords, signInEvents: events, backChannel } = services;
  const common = { identities: store.externalIdentities, createEvent, clock };
  const management = createAccountManagement(
    store.accounts,
    clock,
    (password) => passwords.hash(password, { lane: 'external sign-in', isKnown: false }),
    () => backChannel.wake(),
  );
  return {
    signInExternally: createExternalSignIn({ ...common, management, events, random }),
    linkedIdentities: createLinkedIdentities({
      ...common,
      otherWays: { passkeys: services.hasPasskeys },
    }),
  };
}
