import { describe, expect, it } from 'vitest';
import {
  ClientError,
  type ClientOptions,
  clientSecretBasic,
  clientSecretPost,
  createClient,
} from '../src/index.js';

const valid: ClientOptions = {
  issuer: 'https://as.example',
  clientId: 'app-1',
  redirectUri: 'https://app.example/callback',
};

describe('createClient', () => {
  it('accepts a public client, and a custom scheme as redirect URI', () => {
    expect(() => createClient({ ...valid, redirectUri: 'com.example.app:/callback' })).not.toThrow();
  });

  it('accepts an http issuer on a loopback host', () => {
    expect(() => createClient({ ...valid, issuer: 'http://localhost:8888' })).not.toThrow();
  });

  it.each<[string, Partial<ClientOptions>, RegExp]>([
    ['an http issuer elsewhere', { issuer: 'http://as.example' }, /"issuer" must be an https URL/],
    ['an issuer with a query (RFC 8414 §2)', { issuer: 'https://as.example?a=b' }, /"issuer"/],
    ['an issuer with a fragment (RFC 8414 §2)', { issuer: 'https://as.example#a' }, /"issuer"/],
    ['an empty issuer', { issuer: '' }, /"issuer"/],
    ['an empty client id', { clientId: '' }, /"clientId"/],
    ['a relative redirect URI', { redirectUri: '/callback' }, /"redirectUri"/],
    ['a redirect URI with a fragment', { redirectUri: 'https://app.example/#x' }, /"redirectUri"/],
    ['a secret that is not in a method', { clientSecret: 's' } as object, /"clientSecret" has no effect/],
    ['a method by name', { authentication: 'none' } as object, /"authentication"/],
    ['a negative timeout', { timeoutSeconds: -1 }, /"timeoutSeconds"/],
    ['a tolerance that is not a number', { clockToleranceSeconds: Number.NaN }, /"clockToleranceSeconds"/],
    ['metadata of another issuer', { metadata: { issuer: 'https://other.example' } }, /issuer/],
    [
      'metadata with an insecure endpoint',
      { metadata: { issuer: valid.issuer, token_endpoint: 'http://as.example/token' } },
      /"token_endpoint"/,
    ],
  ])('refuses %s', (_, change, message) => {
    const make = () => createClient({ ...valid, ...change });
    expect(make).toThrow(ClientError);
    expect(make).toThrow(message);
  });

  it.each([
    ['clientSecretBasic', clientSecretBasic],
    ['clientSecretPost', clientSecretPost],
  ])('refuses %s without a secret, as an unset environment variable gives it', (name, method) => {
    for (const secret of [undefined as unknown as string, '']) {
      expect(() => method(secret)).toThrow(ClientError);
      expect(() => method(secret)).toThrow(`The secret for ${name} is missing`);
    }
  });
});
