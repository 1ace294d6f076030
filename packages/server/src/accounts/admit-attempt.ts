import type { AccountRecord, AccountStore } from '../storage/ports/index.js';
import type { KnownBrowsers } from './known-browsers.js';
import type { SignInOrigin } from './sign-in.js';
import type { SignInEvents } from './sign-in-events.js';
import type { SignInAttempt, SignInThrottle } from './throttle.js';
import { normalizeUsername } from './username.js';

export interface AttemptDependencies {
  readonly accounts: Pick<AccountStore, 'findByLogin'>;
  readonly throttle: SignInThrottle;
  readonly knownBrowsers: KnownBrowsers;
  readonly events: Pick<SignInEvents, 'refused'>;
}

/** An attempt that is one too many for its address or its login. */
export interface ThrottledAttempt {
  readonly outcome: 'throttled';
  readonly retryAfterSeconds: number;
  /** For the log only. Not looked up if the address had too many attempts. */
  readonly accountId: string | undefined;
}

/** An attempt whose password may be checked. */
export interface AdmittedAttempt {
  readonly outcome: 'admitted';
  readonly attempt: SignInAttempt;
  /** The account with the login; undefined if no account has it. */
  readonly account: AccountRecord | undefined;
}

/**
 * Counts an attempt to sign in with a password, wherever the password is checked.
 *
 * @param login username or email address, as it was typed
 */
export async function admitAttempt(
  { accounts, throttle, knownBrowsers, events }: AttemptDependencies,
  login: string,
  { address, knownBrowserCookie }: Pick<SignInOrigin, 'address' | 'knownBrowserCookie'>,
): Promise<AdmittedAttempt | ThrottledAttempt> {
  const addressWait = await throttle.admitAddress(address);
  if (addressWait > 0) {
    return { outcome: 'throttled', retryAfterSeconds: addressWait, accountId: undefined };
  }
  const normal = normalizeUsername(login);
  const account = normal === '' ? undefined : await accounts.findByLogin(normal);
  const knownBrowser = account && knownBrowsers.find(knownBrowserCookie, account);
  const attempt: SignInAttempt = { login: normal, address, knownBrowser };
  const retryAfterSeconds = await throttle.admitLogin(attempt);
  if (retryAfterSeconds > 0) {
    await events.refused(account, address, 'too_many_attempts');
    return { outcome: 'throttled', retryAfterSeconds, accountId: account?.id };
  }
  return { outcome: 'admitted', attempt, account };
}
