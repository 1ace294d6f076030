import { expect, it } from 'vitest';
import { measure, type Program } from './measure.js';

it.each<[Program, number]>([
  ['grantor-client', 9000],
  ['private-key-jwt', 1500],
  ['grantor-guard', 5600],
])('the program %s has at most %i bytes, minified and gzipped', async (program, bytes) => {
  expect((await measure(program)).gzipped).toBeLessThanOrEqual(bytes);
});

it('@grantor/client is not larger than oauth4webapi for the same flow', async () => {
  const [client, oauth4webapi] = [await measure('grantor-client'), await measure('oauth4webapi')];
  expect(client.gzipped).toBeLessThanOrEqual(oauth4webapi.gzipped);
});
