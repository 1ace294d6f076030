import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { ApplicationUser } from '@grantor/server';

const stretch = promisify<string, string, number, Buffer>(scrypt);

/** A member of the club. The hash is what the club has stored since the member joined. */
interface Member {
  readonly number: number;
  readonly login: string;
  readonly name: string;
  readonly passwordHash: string;
}

/** The password of each is the login followed by `-2026`. */
const members: readonly Member[] = [
  {
    number: 1,
    login: 'ada',
    name: 'Ada Lovelace',
    passwordHash: 'LaMIp_SaFWxiaPBYdenSIXwxuOmb52tfkwM6uFi1Xck',
  },
  {
    number: 2,
    login: 'grace',
    name: 'Grace Hopper',
    passwordHash: 'tvEJZ8Sa_kJtjjDYdAgS3VU0hQCBtDvOI0mzkSevYsg',
  },
];

/** Compared with the password of an unknown login, so that both cases take the same time. */
const UNKNOWN = 'uBemltcs2iyd_00U7jS9LhT6ZFAThln3ESVhxPYjubc';

/** @returns undefined for a wrong login or password */
export async function checkMember(login: string, password: string): Promise<ApplicationUser | undefined> {
  const member = members.find((one) => one.login === login);
  const expected = Buffer.from(member?.passwordHash ?? UNKNOWN, 'base64url');
  const isRight = timingSafeEqual(await stretch(password, `club ${login}`, 32), expected);
  return member !== undefined && isRight ? asUser(member) : undefined;
}

export function findMember(id: string): ApplicationUser | undefined {
  const member = members.find(({ number }) => String(number) === id);
  return member === undefined ? undefined : asUser(member);
}

/** The member as Grantor knows them: the number never changes, the login may. */
function asUser({ number, login, name }: Member): ApplicationUser {
  return { id: String(number), claims: { name, preferred_username: login } };
}
