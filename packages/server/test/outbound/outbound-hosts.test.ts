import { loadConfig } from '@grantor/server';
import { describe, expect, it } from 'vitest';

const load = (hosts: string | undefined) =>
  loadConfig({
    GRANTOR_ISSUER: 'https://login.example.com',
    GRANTOR_DATABASE_URL: 'sqlite:./grantor.db',
    GRANTOR_SECRET: 's'.repeat(32),
    GRANTOR_OUTBOUND_HOSTS: hosts,
  }).outboundHosts;

describe('GRANTOR_OUTBOUND_HOSTS', () => {
  it('is a list of hosts with commas, each with or without a port', () => {
    expect(load('jwks.internal, localhost:9000,[::1]:9000,10.0.0.1')).toEqual([
      'jwks.internal',
      'localhost:9000',
      '[::1]:9000',
      '10.0.0.1',
    ]);
  });

  it('allows nothing where it is not set', () => {
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
  ])('stops the start where it is %s', (hosts) => {
    expect(() => load(hosts)).toThrow('GRANTOR_OUTBOUND_HOSTS must be hosts such as');
  });
});
