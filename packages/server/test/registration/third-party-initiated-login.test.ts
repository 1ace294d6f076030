import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf } from '../../../../test/kit/test-app.js';
import { manage, minimal, register, registered } from './support.js';

describe('third-party-initiated login (OpenID Connect Core 1.0 §4)', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ settings: { registration: 'open' } });
  });
  afterAll(() => grantor.stop());

  it('returns the URI at registration and later (OpenID Connect Registration 1.0 §3.2, §4.3)', async () => {
    const address = 'https://diary.example/login?from=here';
    const app = await registered(grantor, { ...minimal, initiate_login_uri: address });
    expect(app.initiate_login_uri).toBe(address);
    const read = await manage(app, 'GET');
    expect(await read.json()).toMatchObject({ initiate_login_uri: address });
  });

  it.each(['http://diary.example/login', 'http://localhost:4200/login', 'http://127.0.0.1/login'])(
    'refuses %s: it must be https, also on loopback (OpenID Connect Registration 1.0 §2)',
    async (address) => {
      const response = await register(grantor, { ...minimal, initiate_login_uri: address });
      expect(await refusalOf(response)).toEqual({ status: 400, error: 'invalid_client_metadata' });
    },
  );
});
