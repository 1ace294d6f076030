import { describe, expect, it } from 'vitest';
import { ClientError, OAuthClient, type OAuthClientOptions } from '../src/index.js';

const good: OAuthClientOptions = {
  issuer: 'https://as.example',
  clientId: 'app-1',
  redirectUri: 'https://app.example/callback',
};

describe('new OAuthClient', () => {
  it('accepts a public client, and a custom scheme as redirect URI', () => {
    expect(() => new OAuthClient({ ...good, redirectUri: 'com.example.app:/callback' })).not.toThrow();
  });

  it('accepts an http issuer on a loopback host', () => {
    expect(() => new OAuthClient({ ...good, issuer: 'http://localhost:8888' })).not.toThrow();
  });

  it.each<[string, Partial<OAuthClientOptions>, RegExp]>([
    ['an http issuer elsewhere', { issuer: 'http://as.example' }, /"issuer" must be an https URL/],
    ['an issuer with a query (RFC 8414 §2)', { issuer: 'https://as.example?a=b' }, /"issuer"/],
    ['an issuer with a fragment (RFC 8414 §2)', { issuer: 'https://as.example#a' }, /"issuer"/],
    ['an empty issuer', { issuer: '' }, /"issuer"/],
    ['an empty client id', { clientId: '' }, /"clientId"/],
    ['a relative redirect URI', { redirectUri: '/callback' }, /"redirectUri"/],
    ['a redirect URI with a fragment', { redirectUri: 'https://app.example/#x' }, /"redirectUri"/],
    ['Basic without a secret', { clientAuthentication: 'client_secret_basic' }, /"clientSecret"/],
    ['none with a secret', { clientAuthentication: 'none', clientSecret: 's' }, /"clientSecret"/],
    ['a negative timeout', { timeoutSeconds: -1 }, /"timeoutSeconds"/],
    ['a tolerance that is no number', { clockToleranceSeconds: Number.NaN }, /"clockToleranceSeconds"/],
    ['metadata of another issuer', { metadata: { issuer: 'https://other.example' } }, /issuer/],
    [
      'metadata with an insecure endpoint',
      { metadata: { issuer: good.issuer, token_endpoint: 'http://as.example/token' } },
      /"token_endpoint"/,
    ],
  ])('refuses %s', (_, change, message) => {
    const make = () => new OAuthClient({ ...good, ...change });
    expect(make).toThrow(ClientError);
    expect(make).toThrow(message);
  });
});
