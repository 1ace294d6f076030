import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { claimsOf, ecdsa, elliptic, jwt, postAssertion } from './assertions.js';

const NOW = 1_900_000_000;
const keys = elliptic();
const jwks = { keys: [{ ...keys.publicKey.export({ format: 'jwk' }), use: 'sig' }] };

describe('the times of an assertion (RFC 7523 §3), with a tolerance of 60 seconds', () => {
  let grantor: TestServer;
  let client: string;
  beforeAll(async () => {
    grantor = await startServer({ clock: () => NOW });
    const { client_id: id } = await grantor.register({
      redirect_uris: [],
      grant_types: ['client_credentials'],
      scopes: ['files:read'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks,
    });
    client = id;
  });
  afterAll(() => grantor.stop());

  it.each([
    ['exp', -59, 200],
    ['exp', -60, 401],
    ['exp', 3660, 200],
    ['exp', 3661, 401],
    ['nbf', 60, 200],
    ['nbf', 61, 401],
    ['iat', 60, 200],
    ['iat', 61, 401],
  ])('%s has a bound: %i seconds from now gets status %i', async (name, seconds, status) => {
    const claims = claimsOf(client, grantor.issuer, { iat: NOW, exp: NOW + 60, [name]: NOW + seconds });
    const assertion = jwt({ alg: 'ES256' }, claims, ecdsa(keys.privateKey));
    const parameters = { grant_type: 'client_credentials' };
    const response = await postAssertion(grantor, '/oauth2/token', assertion, parameters);
    expect(response.status).toBe(status);
  });
});
