import { loadConfig } from '@grantor/server';
import { describe, expect, it } from 'vitest';

const loadWith = (settings: Readonly<Record<string, string | undefined>>) =>
  loadConfig({
    GRANTOR_ISSUER: 'https://login.example.com',
    GRANTOR_DATABASE_URL: 'sqlite:./grantor.db',
    GRANTOR_SECRET: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
    ...settings,
  });

const load = (hosts: string | undefined) => loadWith({ GRANTOR_OUTBOUND_HOSTS: hosts }).outboundHosts;

describe('GRANTOR_OUTBOUND_HOSTS', () => {
  it('is a list of hosts with commas, each with or without a port', () => {
    expect(load('jwks.internal, localhost:9000,[::1]:9000,10.0.0.1')).toEqual([
      'jwks.internal',
      'localhost:9000',
      '[::1]:9000',
      '10.0.0.1',
    ]);
  });

  it('allows no host if it is not set', () => {
    expect(load(undefined)).toEqual([]);
    expect(load('')).toEqual([]);
  });

  it.each([
    'https://jwks.internal',
    'jwks.internal/keys',
    '*.internal',
    'a,,b',
    'user@host',
    '10.0.0.0/8',
    'host:',
  ])('stops the start if it is %s', (hosts) => {
    expect(() => load(hosts)).toThrow('GRANTOR_OUTBOUND_HOSTS must be hosts such as');
  });
});

describe('GRANTOR_OUTBOUND_DNS_SERVERS', () => {
  const servers = (value: string | undefined) =>
    loadWith({ GRANTOR_OUTBOUND_DNS_SERVERS: value }).outboundDnsServers;

  it('is a list of addresses with commas, each with or without a port', () => {
    const list = ['10.0.0.53', '10.0.0.53:5353', 'fd00::53', '[fd00::53]', '[fd00::53]:5353'];
    expect(servers(list.join(', '))).toEqual(list);
    expect(servers(undefined)).toEqual([]);
  });

  it.each(['dns.example.com', '10.0.0', '10.0.0.53:', '10.0.0.53:70000', '[10.0.0.53]', 'a,,b'])(
    'stops the start if it is %s',
    (value) => {
      expect(() => servers(value)).toThrow('GRANTOR_OUTBOUND_DNS_SERVERS must be IP addresses such as');
    },
  );
});

describe('GRANTOR_CLIENT_RSA_EXPONENTS', () => {
  const exponents = (value: string | undefined) =>
    loadWith({ GRANTOR_CLIENT_RSA_EXPONENTS: value }).clientRsaExponents;

  it('is a list of odd numbers with commas, and 65537 unless set', () => {
    expect(exponents(undefined)).toEqual([65_537]);
    expect(exponents('65537, 3')).toEqual([65_537, 3]);
  });

  it.each(['1', '4', '65539', '3.5', 'e', '3,', '-3'])('stops the start if it is %s', (value) => {
    expect(() => exponents(value)).toThrow(
      'GRANTOR_CLIENT_RSA_EXPONENTS must be odd whole numbers from 3 to 65537, with commas',
    );
  });
});
