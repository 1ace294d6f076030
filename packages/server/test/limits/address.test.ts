import { describe, expect, it } from 'vitest';
import { addressOf } from '../../src/http/address.js';
import { networksOf } from '../../src/throttling/network-of.js';

const said = (value: string) => new Headers({ 'x-forwarded-for': value });

describe('the address of a request', () => {
  it('is that of the connection, with any header', () => {
    expect(addressOf(said('203.0.113.7'), '192.0.2.1', 0)).toBe('192.0.2.1');
  });

  it('is the one that the outermost trusted proxy received', () => {
    expect(addressOf(said('203.0.113.7'), '192.0.2.1', 1)).toBe('203.0.113.7');
    expect(addressOf(said('203.0.113.7, 198.51.100.2'), '192.0.2.1', 2)).toBe('203.0.113.7');
  });

  it('is not an address that the caller added to the left', () => {
    expect(addressOf(said('10.0.0.1, 127.0.0.1, 203.0.113.7'), '192.0.2.1', 1)).toBe('203.0.113.7');
  });

  it.each([
    '',
    ' ',
    'unknown',
    '203.0.113',
    '203.0.113.7.8',
    '203.0.113.7, ',
    'fe80::1%eth0',
    'a'.repeat(9000),
    ',',
  ])('is that of the connection if the proxy sends no address: %.20j', (value) => {
    expect(addressOf(said(value), '192.0.2.1', 1)).toBe('192.0.2.1');
  });

  it('is that of the connection if the request bypassed the proxies', () => {
    expect(addressOf(new Headers(), '192.0.2.1', 1)).toBe('192.0.2.1');
    expect(addressOf(said('203.0.113.7'), '192.0.2.1', 2)).toBe('192.0.2.1');
  });

  it.each([
    ['203.0.113.7:4711', '203.0.113.7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
  ])('is read as proxies write it: %s', (value, address) => {
    expect(addressOf(said(value), '192.0.2.1', 1)).toBe(address);
  });

  it('is an IPv4 address also on a socket for both', () => {
    expect(addressOf(new Headers(), '::ffff:192.0.2.1', 0)).toBe('192.0.2.1');
  });
});

describe('the networks that limits count', () => {
  it.each([
    ['192.0.2.1', undefined],
    ['::ffff:192.0.2.1', undefined],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
    ['2001:db8::1', '2001:db8:0::/48'],
    ['unknown', undefined],
  ])('beside the /64, %s counts for %s', (address, network) => {
    expect(networksOf(address).wide).toBe(network);
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:201', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:ffff::', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('of %s is %s', (address, network) => {
    expect(networksOf(address).narrow).toBe(network);
  });
});
