import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';

/** A user of this application. */
export interface User {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly email: string;
}

interface StoredUser extends User {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const hashOf = (password: string, salt: Buffer) => scryptSync(password, salt, 32);

/** Checked for an unknown username, so that it takes the same time. */
const STAND_IN = { salt: randomBytes(16), hash: randomBytes(32) };

function stored(user: User, password: string): StoredUser {
  const salt = randomBytes(16);
  return { ...user, salt, hash: hashOf(password, salt) };
}

/** The users of an application that has had them for years. Here they are in memory. */
const users: readonly StoredUser[] = [
  stored({ id: 'u-1', username: 'ada', name: 'Ada Lovelace', email: 'ada@example.com' }, 'analytical-engine'),
  stored(
    { id: 'u-2', username: 'grace', name: 'Grace Hopper', email: 'grace@example.com' },
    'first-compiler',
  ),
];

export function findUser(id: string): User | undefined {
  return users.find((user) => user.id === id);
}

/** @returns undefined for a wrong username or password */
export function checkPassword(username: string, password: string): User | undefined {
  const user = users.find((one) => one.username === username);
  const { salt, hash } = user ?? STAND_IN;
  return timingSafeEqual(hashOf(password, salt), hash) ? user : undefined;
}
