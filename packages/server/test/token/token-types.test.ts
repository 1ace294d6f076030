import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { keyringOf } from './keyring.js';

describe('one kind of token cannot pass for another (RFC 8725 §3.11)', () => {
  const secret = 'Aw6Zk1Tq8Vn3Xb0Rj5Hm9Ds2Lf7Gc4Py';
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ settings: { secret } });
  });
  afterAll(() => grantor.stop());

  it.each([
    ['at+jwt', 200],
    ['JWT', 401],
    ['logout+jwt', 401],
  ])('the claims of an access token, signed by the server as %s, get status %d', async (type, status) => {
    const app = await registerApp(grantor);
    const claims = decodeJwt((await app.tokens()).access_token);
    const keyring = await keyringOf(grantor, secret);

    const token = await keyring.sign('ES256', type, claims);

    expect((await app.userinfo(token)).status).toBe(status);
  });
});
