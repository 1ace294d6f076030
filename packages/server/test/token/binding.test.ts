import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startGrantor, type TestGrantor } from '../../../../test/kit/grantor.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { systemClock } from '../../src/crypto/clock.js';
import { systemRandom } from '../../src/crypto/random.js';
import { grantIdOf, issueAccessToken } from '../../src/issuance/access-token.js';
import type { Binding } from '../../src/storage/ports/index.js';
import { keyringOf } from './keyring.js';

const JKT = { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' };
const CERTIFICATE = { 'x5t#S256': 'bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2' };

// RFC 7800 §3.1, RFC 8705 §3 and RFC 9449 §6, which no endpoint supports yet.
describe('an access token that is bound to a key of its sender', () => {
  const secret = 'Aw6Zk1Tq8Vn3Xb0Rj5Hm9Ds2Lf7Gc4Py';
  let grantor: TestGrantor;
  beforeAll(async () => {
    grantor = await startGrantor({ settings: { secret } });
  });
  afterAll(() => grantor.stop());

  /** A token as the server would issue it for this app and its user, with a binding. */
  async function boundToken(binding: Binding, format: 'jwt' | 'opaque' = 'jwt') {
    const app = await registerApp(grantor);
    const { access_token: bearer } = await app.tokens();
    const { issuer, server } = grantor;
    const found = await server.store.grants.find(grantIdOf(decodeJwt(bearer).jti) ?? '');
    const client = await server.store.clients.find(app.id);
    if (found === undefined || client === undefined) throw new Error('the app has no grant');
    const dependencies = {
      issuer,
      keyring: await keyringOf(grantor, secret),
      clock: systemClock,
      random: systemRandom,
      subjectOf: ({ id }: { readonly id: string }) => id,
    };
    const subject = {
      kind: 'user',
      client: { ...client, accessTokenFormat: format },
      ...found,
      scopes: found.grant.scopes,
      audience: [issuer],
    } as const;
    const { token } = await issueAccessToken(dependencies, subject, 60, binding);
    return { app, token };
  }

  it.each([
    ['DPoP', JKT],
    ['Bearer', CERTIFICATE],
  ])('names the key in cnf, as does its introspection, with the token type %s', async (type, binding) => {
    const { app, token } = await boundToken(binding);
    expect(decodeJwt(token).cnf).toEqual(binding);
    const response = await app.post('/oauth2/introspect', { token });
    expect(await response.json()).toMatchObject({ active: true, token_type: type, cnf: binding });
  });

  it.each([JKT, CERTIFICATE])('is refused where no proof is checked: %j', async (binding) => {
    const { app, token } = await boundToken(binding);
    expect((await app.userinfo(token)).status).toBe(401);
    const api = await fetch(`${grantor.issuer}/api/2.0/clients`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(api.status).toBe(401);
  });

  it('is not issued in a format that cannot keep the binding', async () => {
    await expect(boundToken(JKT, 'opaque')).rejects.toThrow('no column for its binding');
  });

  it('has no cnf where it is a bearer token', async () => {
    const { app, token } = await boundToken('none');
    expect(decodeJwt(token)).not.toHaveProperty('cnf');
    expect((await app.userinfo(token)).status).toBe(200);
  });
});
