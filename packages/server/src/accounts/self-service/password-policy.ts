import type { TextKey } from '../../texts/catalogues.js';
import type { Message } from '../../texts/texts.js';
import { type Limits, waitOf } from '../../throttling/limit.js';
import { MAX_PASSWORD_LENGTH } from '../passwords.js';
import { normalizeUsername } from '../username.js';
import type { BreachedPasswords } from './breached-passwords.js';

/** What the user is called, which a password must not be. */
export interface PasswordOwner {
  /** What choices are counted by: the account, or the hash of the link that creates one. */
  readonly id: string;
  readonly email?: string | null;
  readonly name?: string | null;
}

/**
 * Which passwords users may choose: long ones that are in no list of stolen passwords. There are no rules for kinds of
 * characters (NIST SP 800-63B-4 §3.1.1.2).
 */
export interface PasswordPolicy {
  /** In characters, as users count them. */
  readonly minLength: number;
  /**
   * Counts each choice that is checked further than for its length.
   *
   * @returns what is wrong with the password; undefined if it may be used
   */
  problemOf(password: string, owner: PasswordOwner): Promise<Message | undefined>;
}

/**
 * How often a password may be chosen for one account within an hour. Each choice is searched for in the list of stolen
 * passwords and then hashed: one user who sent very many would use up both for all others.
 */
const MOST_CHOICES = 20;
const WINDOW_SECONDS = 3600;

/** @param breached undefined for no check */
export function createPasswordPolicy(
  minLength: number,
  breached: BreachedPasswords | undefined,
  limits: Limits,
): PasswordPolicy {
  const choices = limits.exact({
    name: 'chosen passwords by account',
    points: MOST_CHOICES,
    windowSeconds: WINDOW_SECONDS,
  });
  return {
    minLength,
    async problemOf(password, { id, email, name }) {
      const refuse = (key: TextKey, length = 0): Message => ({ key, values: { length } });
      if (password.length > MAX_PASSWORD_LENGTH) {
        return refuse('signUp.passwordTooLong', MAX_PASSWORD_LENGTH);
      }
      if (Array.from(password.normalize('NFC')).length < minLength || !password.isWellFormed()) {
        return refuse('signUp.passwordTooShort', minLength);
      }
      const normal = normalizeUsername(password);
      const names = [email, email?.split('@')[0], name].map((text) => normalizeUsername(text ?? ''));
      if (names.includes(normal)) return { key: 'signUp.passwordIsLogin' };
      const wait = waitOf(await choices.count(id));
      if (wait > 0) return { key: 'signUp.tooMany', values: { minutes: Math.ceil(wait / 60) } };
      if (await breached?.has(password)) return { key: 'signUp.passwordBreached' };
      return undefined;
    },
  };
}
