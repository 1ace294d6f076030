import type { Clock } from '../crypto/clock.js';
import type { AccountRecord, AccountStore } from '../storage/ports/index.js';
import { QueueFull } from '../throttling/fair-queue.js';
import { networksOf } from '../throttling/network-of.js';
import { type AttemptDependencies, admitAttempt, type ThrottledAttempt } from './admit-attempt.js';
import { authenticationIn, passwordContext } from './authentication-context.js';
import type { SignInWithDirectory } from './directory-sign-in.js';
import { needsRehash, type Passwords, type PasswordWork } from './passwords.js';
import type { AuthenticatedUser, SignInOrigin } from './sign-in.js';

export type PasswordOutcome =
  | { readonly outcome: 'authenticated'; readonly user: AuthenticatedUser }
  /** `accountId` is the account with this login, for the log only. */
  | { readonly outcome: 'refused'; readonly accountId: string | undefined }
  | ThrottledAttempt
  /** The queue of passwords to be checked is full. */
  | {
      readonly outcome: 'busy';
      readonly retryAfterSeconds: number;
      readonly accountId: string | undefined;
    };

/**
 * Authenticates a user with a password. It opens no session: `SignIns.open` does.
 *
 * @param login username or email address
 */
export type SignInWithPassword = (
  login: string,
  password: string,
  origin: Pick<SignInOrigin, 'address' | 'knownBrowserCookie'>,
) => Promise<PasswordOutcome>;

export interface PasswordSignInDependencies extends AttemptDependencies {
  readonly accounts: Pick<AccountStore, 'findByLogin' | 'replacePasswordHash'>;
  readonly passwords: Passwords;
  readonly clock: Clock;
  /** A directory that has passwords too; undefined without one. */
  readonly signInWithDirectory: SignInWithDirectory | undefined;
}

export function createPasswordSignIn(dependencies: PasswordSignInDependencies): SignInWithPassword {
  const { accounts, throttle, passwords, events, clock } = dependencies;
  const { signInWithDirectory } = dependencies;

  /** @returns QueueFull if too many passwords wait to be checked */
  async function check(
    account: AccountRecord | undefined,
    password: string,
    work: PasswordWork,
  ): Promise<boolean | QueueFull> {
    try {
      return await passwords.matches(account?.passwordHash, password, work);
    } catch (error) {
      if (error instanceof QueueFull) return error;
      throw error;
    }
  }

  /**
   * Replaces a hash of other costs or of another system. If the queue is full, a later sign-in does.
   *
   * @returns the account with its current hash, which the next step of the sign-in is bound to
   */
  async function rehash(
    account: AccountRecord,
    password: string,
    work: PasswordWork,
  ): Promise<AccountRecord> {
    const { id, passwordHash: known } = account;
    if (known === null || !needsRehash(known)) return account;
    try {
      const passwordHash = await passwords.hash(password, work);
      const outcome = await accounts.replacePasswordHash(id, known, passwordHash);
      if (outcome === 'replaced') return { ...account, passwordHash };
      // Another sign-in has replaced the hash, or the user has changed the password.
      const current = await accounts.findByLogin(account.username);
      const isProven = await passwords.matches(current?.passwordHash, password, work);
      return current !== undefined && isProven ? current : account;
    } catch (error) {
      if (error instanceof QueueFull) return account;
      throw error;
    }
  }

  return async (login, password, origin) => {
    const admitted = await admitAttempt(dependencies, login, origin);
    if (admitted.outcome === 'throttled') return admitted;
    const { attempt, account } = admitted;
    const { address } = origin;
    const { login: normal, knownBrowser } = attempt;
    const work = { lane: knownBrowser ?? networksOf(address).narrow, isKnown: knownBrowser !== undefined };
    const proven = await check(account, password, work);
    if (proven instanceof QueueFull) {
      await throttle.notTried(attempt);
      return { outcome: 'busy', retryAfterSeconds: proven.retryAfterSeconds, accountId: account?.id };
    }
    if (!proven && signInWithDirectory !== undefined) {
      // Also for accounts with a password of their own, so that the work is the same.
      const found = await signInWithDirectory(normal, password, address, work);
      if (found.outcome === 'busy') {
        await throttle.notTried(attempt);
        return { ...found, accountId: account?.id };
      }
      if (found.outcome === 'disabled') return { outcome: 'refused', accountId: account?.id };
      if (found.outcome === 'authenticated') {
        await throttle.succeeded(attempt);
        return found;
      }
    }
    if (!proven || account === undefined || account.disabledAt !== null) {
      await events.refused(account, address, proven ? 'account_disabled' : 'wrong_password');
      return { outcome: 'refused', accountId: account?.id };
    }
    await throttle.succeeded(attempt);
    const current = await rehash(account, password, work);
    const authentication = authenticationIn(passwordContext, clock());
    return { outcome: 'authenticated', user: { account: current, authentication, method: 'password' } };
  };
}
