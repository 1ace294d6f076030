import type { CurrentClaims } from '../accounts/current-claims.js';
import type { SubjectOf } from '../accounts/subject.js';
import type { ClientKeys } from '../client-keys/client-keys.js';
import type { Clock } from '../crypto/clock.js';
import type { Random } from '../crypto/random.js';
import type { Keyring } from '../keys/keyring.js';
import type { GroupStore } from '../storage/ports/index.js';

/** How long what is issued is valid, in seconds. */
export interface Lifetimes {
  readonly codeSeconds: number;
  readonly accessTokenSeconds: number;
  readonly idTokenSeconds: number;
  /** How long a refresh token is valid if it is not used. */
  readonly refreshTokenSeconds: number;
  /** How long after the creation of a grant its refresh tokens are valid, however often they are used. */
  readonly refreshAbsoluteSeconds: number;
}

export interface IssuanceDependencies {
  readonly issuer: string;
  readonly keyring: Keyring;
  /** The keys of clients that have their tokens encrypted. */
  readonly clientKeys: ClientKeys;
  readonly clock: Clock;
  readonly random: Random;
  readonly lifetimes: Lifetimes;
  /** Whether the deployment issues refresh tokens at all. */
  readonly refreshTokens: boolean;
  /** The `sub` by which a client knows a user. */
  readonly subjectOf: SubjectOf;
  /** The groups of a user. */
  readonly groupsOf: GroupStore['groupsOf'];
  /** The claims of a user at the time of an ID token or a UserInfo response. */
  readonly currentClaims: CurrentClaims;
}
