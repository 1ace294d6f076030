import { sha256 } from '../crypto/hash.js';
import { createAddressLimit } from '../throttling/address-limit.js';
import { type Limits, waitOf } from '../throttling/limit.js';
import { networksOf } from '../throttling/network-of.js';

const WINDOW_SECONDS = 15 * 60;
const ACCOUNT_WINDOW_SECONDS = 3600;

/** Failed sign-ins to one login from one network, and from one browser that has signed in before. */
const PER_PAIR = 10;

export interface SignInLimits {
  /** Sign-ins from one address within 15 minutes, whatever the login. */
  readonly signInsPerAddress: number;
  /** Failed sign-ins to one login within an hour, from all browsers that have never signed in to it. */
  readonly signInsPerAccount: number;
}

/** One attempt to sign in. */
export interface SignInAttempt {
  /** The login in its normal form, whether or not an account has it. */
  readonly login: string;
  readonly address: string;
  /** The browser, if it has signed in to this account before; otherwise undefined. */
  readonly knownBrowser: string | undefined;
}

/** Slows down guessing. Waits are in seconds; 0 means that the attempt is allowed. */
export interface SignInThrottle {
  /**
   * Counts the attempt for its address. If the result is a wait, nothing else is counted or looked up, so that one
   * address cannot fill other tables with invented names.
   */
  admitAddress(address: string): Promise<number>;
  /** Undoes the count of a successful attempt for its address, where no login was counted. */
  succeededAt(address: string): Promise<void>;
  /** Counts the attempt for its login. */
  admitLogin(attempt: SignInAttempt): Promise<number>;
  /** Undoes the count of an attempt for its login, if the password was not checked. */
  notTried(attempt: SignInAttempt): Promise<void>;
  /**
   * Resets the failures of this login and network after a successful sign-in, and undoes the other counts of the
   * attempt.
   */
  succeeded(attempt: SignInAttempt): Promise<void>;
}

/**
 * Counts failures per address, per login and network, and per login from all networks (RFC 9700 §2; OWASP ASVS 5,
 * 6.3.1). The count per login cannot lock out its owner: browsers that have signed in before are counted separately.
 * Logins are counted alike whether or not an account has them, and the username and the email address of one account
 * separately. So a wait does not reveal which accounts exist.
 */
export function createSignInThrottle(
  limits: Limits,
  { signInsPerAddress, signInsPerAccount }: SignInLimits,
): SignInThrottle {
  const byAddress = createAddressLimit(limits.exact, {
    name: 'sign-ins by address',
    points: signInsPerAddress,
    windowSeconds: WINDOW_SECONDS,
  });
  const byPair = limits.exact({
    name: 'sign-ins by login and address',
    points: PER_PAIR,
    windowSeconds: WINDOW_SECONDS,
  });
  const byKnownBrowser = limits.exact({
    name: 'sign-ins by known browser',
    points: PER_PAIR,
    windowSeconds: WINDOW_SECONDS,
  });
  const byLogin = limits.exact({
    name: 'sign-ins by login',
    points: signInsPerAccount,
    windowSeconds: ACCOUNT_WINDOW_SECONDS,
  });

  return {
    admitAddress: async (address) => waitOf(await byAddress.count(address)),
    succeededAt: (address) => byAddress.refund(address),
    async admitLogin(attempt) {
      if (attempt.knownBrowser !== undefined) return waitOf(await byKnownBrowser.count(attempt.knownBrowser));
      const wait = waitOf(await byPair.count(pairOf(attempt)));
      return wait > 0 ? wait : waitOf(await byLogin.count(loginOf(attempt)));
    },
    async notTried(attempt) {
      if (attempt.knownBrowser !== undefined) return byKnownBrowser.refund(attempt.knownBrowser);
      await byPair.refund(pairOf(attempt));
      await byLogin.refund(loginOf(attempt));
    },
    async succeeded(attempt) {
      await byAddress.refund(attempt.address);
      if (attempt.knownBrowser !== undefined) return byKnownBrowser.reset(attempt.knownBrowser);
      await byPair.reset(pairOf(attempt));
      await byLogin.refund(loginOf(attempt));
    },
  };
}

function pairOf({ login, address }: SignInAttempt): string {
  return sha256(`${networksOf(address).narrow} ${foldedLogin(login)}`);
}

const loginOf = ({ login }: SignInAttempt) => sha256(foldedLogin(login));

/**
 * A login without accents, invisible characters and spaces. An application that checks passwords itself may ignore them, as
 * the collations of databases do: one user would have any number of logins, each with attempts of its own.
 */
function foldedLogin(login: string): string {
  return login.normalize('NFKD').replaceAll(/[\p{Mn}\p{Me}\p{Cf}\p{Default_Ignorable_Code_Point}\s]/gu, '');
}
