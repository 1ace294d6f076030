import { expect, it } from 'vitest';
import { isPublicAddress } from '../../src/outbound/public-address.js';

it.each(['', 'example.com', '2001:4860:4860::8888%eth0', '[2001:4860:4860::8888]', '8.8.8', '08.8.8.8'])(
  'is not of the public internet if it is not a plain address: %j',
  (address) => {
    expect(isPublicAddress(address)).toBe(false);
  },
);

it.each(['8.8.8.8', '2001:4860:4860::8888'])('is of the public internet: %s', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});
