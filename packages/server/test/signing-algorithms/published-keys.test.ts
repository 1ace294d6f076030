import { loadConfig } from '@grantor/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deployment, registerAt } from '../../../../test/kit/deployment.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { minimal, register } from '../registration/support.js';

const algorithms = ['ES256', 'RS256'] as const;

describe.each(databases)('GRANTOR_SIGNING_ALGORITHMS on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({
      database,
      settings: { signingAlgorithms: [...algorithms], registration: 'open' },
    });
  });
  afterAll(() => grantor.stop());

  it('limits the published keys, for verifiers that do not know OKP (RFC 8037 §2)', async () => {
    const { keys } = (await (await fetch(`${grantor.issuer}/oauth2/jwks`)).json()) as {
      keys: readonly { alg: string; kty: string }[];
    };
    expect([...new Set(keys.map(({ alg }) => alg))].toSorted()).toEqual([...algorithms]);
    expect(keys.map(({ kty }) => kty)).not.toContain('OKP');
  });

  it('limits what the metadata lists', async () => {
    const metadata = (await (
      await fetch(`${grantor.issuer}/.well-known/openid-configuration`)
    ).json()) as Record<string, unknown>;
    for (const kind of ['id_token', 'userinfo', 'introspection']) {
      expect([kind, metadata[`${kind}_signing_alg_values_supported`]]).toEqual([kind, [...algorithms]]);
    }
  });

  it.each(['id_token', 'userinfo', 'introspection'])(
    'limits what clients may register as their %s algorithm',
    async (kind) => {
      const field = `${kind}_signed_response_alg`;
      const made = await grantor.api('POST', '/clients', {
        name: 'App',
        redirectUris: ['https://app.example.com/callback'],
        [field]: 'EdDSA',
      });
      expect([made.status, await made.text()]).toEqual([
        400,
        expect.stringContaining('must be one of ES256, RS256'),
      ]);
      const { client_id: id } = await grantor.register({
        redirectUris: ['https://app.example.com/callback'],
      });
      expect((await grantor.api('PATCH', `/clients/${id}`, { [field]: 'EdDSA' })).status).toBe(400);
      expect((await register(grantor, { ...minimal, [field]: 'EdDSA' })).status).toBe(400);
    },
  );
});

it('a client of an algorithm that was removed later gets an error with the remaining ones', async () => {
  const deployment = new Deployment(await createDatabase('sqlite'));
  const before = await deployment.start({ idTokenAlgorithm: 'EdDSA' });
  const app = await registerAt(before);
  const code = await app.code();
  await before.stop();

  const limited = await deployment.start({ signingAlgorithms: [...algorithms] });
  const refused = await app.with({ at: limited.url }).exchange(code);
  expect([refused.status, await refused.json()]).toEqual([
    400,
    {
      error: 'unauthorized_client',
      error_description:
        'The app is registered for EdDSA, which this server does not use. Register one of ES256, RS256',
    },
  ]);
  await deployment.stop();
});

describe('the settings of signing algorithms', () => {
  const problem = (environment: Record<string, string>) => {
    try {
      loadConfig(
        {
          GRANTOR_ISSUER: 'http://localhost:8888',
          GRANTOR_DATABASE_URL: 'sqlite:x.db',
          GRANTOR_SECRET: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
          ...environment,
        },
        {},
      );
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  };

  it.each([
    [
      { GRANTOR_SIGNING_ALGORITHMS: 'ES256,HS256' },
      'GRANTOR_SIGNING_ALGORITHMS must be some of ES256, RS256',
    ],
    [{ GRANTOR_SIGNING_ALGORITHMS: 'RS256' }, 'GRANTOR_SIGNING_ALGORITHMS must have ES256'],
    [{ GRANTOR_ID_TOKEN_ALGORITHM: 'HS256' }, 'GRANTOR_ID_TOKEN_ALGORITHM must be one of'],
    [
      { GRANTOR_SIGNING_ALGORITHMS: 'ES256' },
      'GRANTOR_ID_TOKEN_ALGORITHM must be one of GRANTOR_SIGNING_ALGORITHMS: ES256',
    ],
  ])('refuse %o with the accepted values', (environment, message) => {
    expect(problem(environment as unknown as Record<string, string>)).toContain(message);
  });

  it('accept lists with commas or spaces', () => {
    expect(problem({ GRANTOR_SIGNING_ALGORITHMS: 'ES256, RS256' })).toBeUndefined();
    expect(
      problem({ GRANTOR_SIGNING_ALGORITHMS: 'ES256', GRANTOR_ID_TOKEN_ALGORITHM: 'ES256' }),
    ).toBeUndefined();
  });
});
