import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/dynamic-registration/fingerprint.js';
import { client } from '../storage/fixtures.js';

const registered = client({
  name: 'Travel diary',
  secretHash: null,
  authenticationMethod: 'none',
  redirectUris: ['https://app.example/callback'],
  grantTypes: ['authorization_code', 'refresh_token'],
  responseTypes: ['code'],
  scopes: ['openid', 'email'],
  accessTokenFormat: 'jwt',
  idTokenAlgorithm: 'ES256',
  audience: null,
  compatibility: [],
  metadata: { client_uri: 'https://app.example', application_type: 'web' },
});

describe('the fingerprint of a registration', () => {
  it('equals that of earlier versions, so that their clients are still recognised', () => {
    expect(fingerprintOf(registered)).toBe('teIrSN4m4ubYMrqdbRM39XdWOhO0vEgoOyTDqhvETQE');
  });

  it('changes with what the client registered', () => {
    const fingerprint = fingerprintOf(registered);
    expect(fingerprintOf({ ...registered, scopes: ['openid'] })).not.toBe(fingerprint);
    expect(fingerprintOf({ ...registered, metadata: {} })).not.toBe(fingerprint);
  });

  it('does not change with a field that is not registered, nor with one that a later version adds', () => {
    const later = { ...registered, id: 'y', enabled: false, credentialsVersion: 7, addedLater: 'value' };
    expect(fingerprintOf(later)).toBe(fingerprintOf(registered));
  });

  it('is null for a confidential client', () => {
    expect(fingerprintOf({ ...registered, authenticationMethod: 'client_secret_basic' })).toBeNull();
  });
});
