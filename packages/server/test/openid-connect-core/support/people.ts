import type { TestGrantor } from '../../../../../test/kit/grantor.js';
import type { RecordedClaims } from '../../../src/accounts/claims.js';
import { createAccount } from '../../../src/accounts/create-account.js';
import { systemClock } from '../../../src/crypto/clock.js';

/** All that the record of a person can hold. */
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

/** Somebody with every standard claim. */
export async function addGrace(grantor: TestGrantor): Promise<TestGrantor['person']> {
  const person = { username: 'grace@example.com', password: 'nanoseconds-of-wire', name: 'Grace Hopper' };
  await createAccount(grantor.server.store.accounts, systemClock, {
    email: person.username,
    password: person.password,
    name: person.name,
    givenName: 'Grace',
    familyName: 'Hopper',
    claims: recorded,
  });
  return person;
}
