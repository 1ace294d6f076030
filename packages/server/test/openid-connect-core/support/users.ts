import type { TestServer } from '../../../../../test/kit/servers.js';
import { addUser, type TestUser } from '../../../../../test/kit/users.js';
import type { RecordedClaims } from '../../../src/accounts/claims.js';

/** All claims that an account can have. */
export const recorded: Required<RecordedClaims> = {
  middle_name: 'Brewster',
  nickname: 'Amazing Grace',
  profile: 'https://people.example.com/grace',
  picture: 'https://people.example.com/grace.png',
  website: 'https://grace.example.com',
  gender: 'female',
  birthdate: '1906-12-09',
  zoneinfo: 'America/New_York',
  locale: 'en-US',
  address: { formatted: '1 Compiler Street\nNew York', country: 'US' },
  phone_number: '+12125550123',
  phone_number_verified: true,
};

/** Adds a user with every standard claim. */
export function addGrace(grantor: TestServer): Promise<TestUser> {
  return addUser(grantor, {
    username: 'grace@example.com',
    password: 'nanoseconds-of-wire',
    name: 'Grace Hopper',
    givenName: 'Grace',
    familyName: 'Hopper',
    claims: recorded,
  });
}
