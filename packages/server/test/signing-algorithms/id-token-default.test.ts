import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { manage, minimal, registered, sendable } from '../registration/support.js';

const algorithmsOf = async (grantor: TestServer, algorithm?: string) => {
  const metadata = algorithm === undefined ? {} : { id_token_signed_response_alg: algorithm };
  const { id_token: idToken, access_token: accessToken } = await (
    await registerApp(grantor, metadata)
  ).tokens();
  return [decodeProtectedHeader(idToken).alg, decodeProtectedHeader(accessToken).alg];
};

describe.each(databases)('the algorithm of ID tokens on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database, settings: { registration: 'open' } });
  });
  afterAll(() => grantor.stop());

  it('is RS256 for a client that registered none (OpenID Connect Registration 1.0 §2), while access tokens keep ES256', async () => {
    expect(await algorithmsOf(grantor)).toEqual(['RS256', 'ES256']);
  });

  it.each(['ES256', 'PS256', 'EdDSA'])('is %s for a client that registered it', async (algorithm) => {
    expect(await algorithmsOf(grantor, algorithm)).toEqual([algorithm, 'ES256']);
  });

  it('is RS256 for a client that registered itself, and again if an update leaves it out (RFC 7592 §2.2)', async () => {
    const app = await registered(grantor, { ...minimal, id_token_signed_response_alg: 'ES256' });
    expect(app.id_token_signed_response_alg).toBe('ES256');
    const { id_token_signed_response_alg: _left, ...rest } = sendable(app);
    const response = await manage(app, 'PUT', rest);
    expect([response.status, await response.json()]).toMatchObject([
      200,
      { id_token_signed_response_alg: 'RS256' },
    ]);
  });

  it('does not change if an update over the management API leaves it out', async () => {
    const { client_id: id } = await grantor.register({
      redirectUris: ['https://app.example.com/callback'],
      id_token_signed_response_alg: 'ES256',
    });
    const changed = await grantor.api('PATCH', `/clients/${id}`, { name: 'Renamed' });
    expect(await changed.json()).toMatchObject({ id_token_signed_response_alg: 'ES256' });
  });
});

it('GRANTOR_ID_TOKEN_ALGORITHM is the algorithm of ID tokens for clients that register none', async () => {
  const grantor = await startServer({ settings: { idTokenAlgorithm: 'ES256', registration: 'open' } });
  try {
    expect(await algorithmsOf(grantor)).toEqual(['ES256', 'ES256']);
    expect((await registered(grantor, minimal)).id_token_signed_response_alg).toBe('ES256');
  } finally {
    await grantor.stop();
  }
});
