import { type CreateEvent, userActor } from '../audit/events.js';
import type { Clock } from '../crypto/clock.js';
import { type Random, randomId } from '../crypto/random.js';
import type {
  AccountRecord,
  Authentication,
  ExternalIdentityStore,
  ExternalIdentityWithAccount,
} from '../storage/ports/index.js';
import type { AccountChangeFields } from './account-fields.js';
import type { AccountManagement } from './account-management.js';
import { representAccount } from './account-representation.js';
import { newAccountRecord } from './create-account.js';
import {
  changedFields,
  type ExternalClaims,
  type ExternalTrust,
  newAccountFields,
  readExternalClaims,
} from './external-claims.js';
import type { AuthenticatedUser } from './sign-in.js';
import type { SignInEvents } from './sign-in-events.js';

/** A system whose users can sign in here: an OpenID provider, a directory, an own sign-in page. */
export interface ExternalProvider {
  /** Its name in this deployment, such as `google`. Identities belong to it, so it never changes. */
  readonly id: string;
  readonly trust: ExternalTrust;
  /** Whether a user without an account gets one at the first sign-in. */
  readonly createsAccounts: boolean;
  /**
   * Limits the accounts that are created from one network address. Undefined for systems of the operator.
   *
   * @returns the wait in seconds; 0 if an account may be created
   */
  readonly admitNewAccount?: (address: string) => Promise<number>;
}

/** A user who has authenticated at an external system. The caller has verified it. */
export interface ExternalSignIn {
  readonly provider: ExternalProvider;
  /** The ID of the user there, which never changes and is never used again. */
  readonly subject: string;
  /** Standard claims by name (OpenID Connect Core 1.0 §5.1), as the system sent them. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly authentication: Authentication;
  /** Whether the user is an administrator; undefined if the system does not decide that. */
  readonly isAdmin?: boolean | undefined;
  /** The network address of the request. */
  readonly address: string;
}

/** An identity that belongs to no account yet, and can be added to one (`linked-identities.ts`). */
export interface UnlinkedIdentity {
  readonly provider: string;
  readonly subject: string;
  /** How the user is named there; null if unknown. */
  readonly label: string | null;
}

export type ExternalSignInOutcome =
  | { readonly outcome: 'authenticated'; readonly user: AuthenticatedUser; readonly isNewAccount: boolean }
  /**
   * The identity belongs to no account, and none is created for it: another account has its username or email address,
   * or the provider does not create accounts. The user has to sign in to an account to add the identity to it.
   */
  | { readonly outcome: 'needsLinking'; readonly identity: UnlinkedIdentity }
  /** `accountId` is for the log only. */
  | { readonly outcome: 'disabled'; readonly accountId: string }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number };

/**
 * Finds, creates or updates the account of a user who has authenticated at an external system. It opens no session:
 * `completeSignIn` does.
 *
 * @throws RangeError for a subject that is empty or longer than 512 characters
 */
export type SignInExternally = (signIn: ExternalSignIn) => Promise<ExternalSignInOutcome>;

export interface ExternalSignInDependencies {
  readonly identities: Pick<ExternalIdentityStore, 'find' | 'createAccount' | 'used'>;
  readonly management: Pick<AccountManagement, 'update'>;
  readonly events: Pick<SignInEvents, 'refused'>;
  readonly createEvent: CreateEvent;
  readonly clock: Clock;
  readonly random: Random;
}

/** The longest subject. An OpenID provider may use 255 characters (OpenID Connect Core 1.0 §2), a directory more. */
const MAX_SUBJECT = 512;

/** How the audit trail names a sign-in through a provider. */
export const methodOf = (provider: string): string => `provider:${provider}`;

export function createExternalSignIn(dependencies: ExternalSignInDependencies): SignInExternally {
  const { identities, events } = dependencies;
  return async (signIn) => {
    const { provider, subject, address } = signIn;
    if (subject === '' || subject.length > MAX_SUBJECT) {
      throw new RangeError(`A subject needs 1 to ${MAX_SUBJECT} characters`);
    }
    const claims = readExternalClaims(signIn.claims, provider.trust);
    const known = await identities.find(provider.id, subject);
    const found = known ?? (await create(dependencies, signIn, claims));
    if ('outcome' in found) return found;
    if (found.account.disabledAt !== null) {
      await events.refused(found.account, address, 'account_disabled');
      return { outcome: 'disabled', accountId: found.account.id };
    }
    const account = known === undefined ? found.account : await update(dependencies, signIn, claims, known);
    const { authentication } = signIn;
    const user = { account, authentication, method: methodOf(provider.id) };
    return { outcome: 'authenticated', user, isNewAccount: known === undefined };
  };
}

/** Creates the account of a first sign-in, or finds the one that a simultaneous sign-in has created. */
async function create(
  { identities, createEvent, clock, random }: ExternalSignInDependencies,
  { provider, subject, isAdmin, address }: ExternalSignIn,
  claims: ExternalClaims,
): Promise<ExternalIdentityWithAccount | ExternalSignInOutcome> {
  const label = claims.label ?? null;
  const needsLinking = {
    outcome: 'needsLinking',
    identity: { provider: provider.id, subject, label },
  } as const;
  if (!provider.createsAccounts) return needsLinking;
  const retryAfterSeconds = (await provider.admitNewAccount?.(address)) ?? 0;
  if (retryAfterSeconds > 0) return { outcome: 'throttled', retryAfterSeconds };
  const fallback = `${provider.id}-${randomId(random).slice(0, 12).toLowerCase()}`;
  const fields = { ...newAccountFields(claims, fallback), is_admin: isAdmin };
  const account = newAccountRecord(fields, null, clock());
  const identity = {
    provider: provider.id,
    subject,
    accountId: account.id,
    label,
    managesProfile: true,
    createdAt: clock(),
    lastUsedAt: clock(),
  };
  const outcome = await identities.createAccount(account, identity, () =>
    createEvent({
      type: 'account.created',
      actor: userActor(account),
      via: methodOf(provider.id),
      address,
      target: { type: 'account', id: account.id },
      accountId: account.id,
      after: representAccount(account),
    }),
  );
  if (outcome === 'created') return { identity, account };
  // A simultaneous sign-in of the same user has created it, also where the two collided on the email address.
  return (await identities.find(provider.id, subject)) ?? needsLinking;
}

/** Notes the use of the identity and, if it manages the profile, updates the account from its claims. */
async function update(
  { identities, management, createEvent, clock }: ExternalSignInDependencies,
  { provider, subject, isAdmin, address }: ExternalSignIn,
  claims: ExternalClaims,
  { identity, account }: ExternalIdentityWithAccount,
): Promise<AccountRecord> {
  const label = claims.label ?? identity.label;
  await identities.used({ provider: provider.id, subject, label, lastUsedAt: clock() });
  if (!identity.managesProfile) return account;
  const isAdminChange = isAdmin === undefined || isAdmin === account.isAdmin ? {} : { is_admin: isAdmin };
  const changes: AccountChangeFields = { ...changedFields(account, claims), ...isAdminChange };
  if (Object.keys(changes).length === 0) return account;
  const by = {
    event: (details: Parameters<CreateEvent>[0]) =>
      createEvent({ ...details, actor: userActor(account), via: methodOf(provider.id), address }),
  };
  const updated = await management.update(account.id, changes, by);
  if (typeof updated !== 'string') return updated;
  if (updated !== 'usernameTaken') return account;
  // Another account has the new username or address meanwhile. The old ones stay.
  const others = { ...changes, username: undefined, email: undefined, email_verified: undefined };
  const kept = await management.update(account.id, others, by);
  return typeof kept === 'string' ? account : kept;
}
