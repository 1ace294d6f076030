import type { Clock } from '../crypto/clock.js';
import { type Random, randomId } from '../crypto/random.js';
import type { GroupRecord, GroupStore } from '../storage/ports/index.js';
import { QueueFull } from '../throttling/fair-queue.js';
import { authenticationIn, passwordContext } from './authentication-context.js';
import { DIRECTORY_ID } from './directory-bound.js';
import type { ExternalProvider, SignInExternally } from './external-identity.js';
import type { PasswordWork } from './passwords.js';
import type { AuthenticatedUser } from './sign-in.js';

/** A user as a directory has them. */
export interface DirectoryUser {
  /** The ID there, which never changes and is never used again. */
  readonly subject: string;
  /** Standard claims by name (OpenID Connect Core 1.0 §5.1). */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The names of the groups; undefined if the directory has none for Grantor. */
  readonly groups: readonly string[] | undefined;
  /** Whether the user is an administrator; undefined if the directory does not decide that. */
  readonly isAdmin: boolean | undefined;
}

/** The error of a directory that does not respond, or refuses Grantor. */
export class DirectoryUnavailable extends Error {
  override readonly name = 'DirectoryUnavailable';
  /** After how many seconds another attempt is worthwhile. */
  readonly retryAfterSeconds = 10;
}

/** A directory of users that verifies passwords. */
export interface Directory {
  /**
   * The user with this login and password. Does the same work for unknown logins.
   *
   * @returns undefined if the login or the password is wrong
   * @throws DirectoryUnavailable
   * @throws QueueFull
   */
  authenticate(login: string, password: string, work: PasswordWork): Promise<DirectoryUser | undefined>;
}

export type DirectoryOutcome =
  | { readonly outcome: 'authenticated'; readonly user: AuthenticatedUser }
  | { readonly outcome: 'refused' }
  /** The account is disabled. The refusal is noted already. */
  | { readonly outcome: 'disabled' }
  | { readonly outcome: 'busy'; readonly retryAfterSeconds: number };

/**
 * Signs in a user whose password the directory accepts. The first sign-in creates the account. A user whose login belongs to
 * another account is refused.
 */
export type SignInWithDirectory = (
  login: string,
  password: string,
  address: string,
  work: PasswordWork,
) => Promise<DirectoryOutcome>;

export interface DirectorySignInDependencies {
  readonly directory: Directory;
  readonly signInExternally: SignInExternally;
  readonly groups: Pick<GroupStore, 'replaceGroupsOf'>;
  readonly clock: Clock;
  readonly random: Random;
}

/** The identities of users of the directory. The directory is the operator's, so its users are who it says. */
const provider: ExternalProvider = {
  id: DIRECTORY_ID,
  trust: { email: 'all', username: true },
  createsAccounts: true,
};

/** The most groups of one user. */
const MOST_GROUPS = 500;

export function createDirectorySignIn(dependencies: DirectorySignInDependencies): SignInWithDirectory {
  const { directory, signInExternally, groups, clock, random } = dependencies;

  const groupOf = (name: string): GroupRecord => ({
    id: randomId(random),
    origin: 'ldap',
    name,
    externalId: null,
    createdAt: clock(),
    updatedAt: clock(),
  });

  return async (login, password, address, work) => {
    try {
      const found = await directory.authenticate(login, password, work);
      if (found === undefined) return { outcome: 'refused' };
      const outcome = await signInExternally({
        provider,
        subject: found.subject,
        claims: found.claims,
        authentication: authenticationIn(passwordContext, clock()),
        isAdmin: found.isAdmin,
        address,
      });
      if (outcome.outcome === 'disabled') return { outcome: 'disabled' };
      if (outcome.outcome !== 'authenticated') return { outcome: 'refused' };
      if (found.groups !== undefined) {
        const names = found.groups.slice(0, MOST_GROUPS).toSorted();
        await groups.replaceGroupsOf(outcome.user.account.id, 'ldap', names.map(groupOf));
      }
      return { outcome: 'authenticated', user: outcome.user };
    } catch (error) {
      if (error instanceof QueueFull || error instanceof DirectoryUnavailable) {
        return { outcome: 'busy', retryAfterSeconds: error.retryAfterSeconds };
      }
      throw error;
    }
  };
}
