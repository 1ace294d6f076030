import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ASSERTION_TYPE, claimsOf, ecdsa, elliptic, jwt } from '../client-assertion/assertions.js';
import { type AttackedServer, startAttackedServer } from './support/attacked-server.js';
import { expectOAuthError } from './support/refusals.js';
import { encodeForm, postForm, postJson } from './support/send.js';

let server: AttackedServer;
let clientId: string;
const keys = elliptic();
beforeAll(async () => {
  server = await startAttackedServer();
  const { client_id } = await server.grantor.register({
    redirect_uris: [],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [keys.publicKey.export({ format: 'jwk' })] },
  });
  clientId = client_id;
});
afterAll(() => server.stop());

const good = () => ({ header: { alg: 'ES256' }, claims: claimsOf(clientId, server.issuer) });
const signed = (header: Record<string, unknown>, claims: unknown) =>
  jwt(header, claims, ecdsa(keys.privateKey));
const encode = (text: string) => Buffer.from(text).toString('base64url');

/** Invalid shapes of claims: none of them is a valid assertion, and none makes the server fail. */
const shapes: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x'.repeat(5000),
  [],
  {},
  [[]],
  { length: 1 },
];

describe.each([['/oauth2/token'], ['/oauth2/revoke'], ['/oauth2/introspect']])(
  'an assertion at %s',
  (path) => {
    const refusal = { error: 'invalid_client', names: "'client_assertion'" };
    const post = (assertion: string) =>
      postForm(
        server.issuer,
        path,
        encodeForm({
          grant_type: 'client_credentials',
          token: 'unknown',
          client_assertion_type: ASSERTION_TYPE,
          client_assertion: assertion,
        }),
      );

    it('is accepted if it is valid', async () => {
      const { header, claims } = good();
      expect((await post(signed(header, claims))).status).toBe(200);
    });

    it.each(['iss', 'sub', 'aud', 'exp', 'jti', 'iat', 'nbf'])(
      'is refused if %s is of another type',
      async (name) => {
        const { header, claims } = good();
        for (const shape of shapes) {
          // An iat or nbf of long ago is none that is wrong.
          if (['iat', 'nbf'].includes(name) && shape === 0) continue;
          // Any name may be that of a client.
          const names =
            name === 'sub' && typeof shape === 'string' && shape !== '' ? 'unknown' : refusal.names;
          expectOAuthError(await post(signed(header, { ...claims, [name]: shape })), { ...refusal, names });
        }
      },
    );

    it.each(['alg', 'typ', 'crit', 'b64', 'kid'])(
      'is refused if the %s of its header is of another type',
      async (name) => {
        for (const shape of shapes) {
          if (name === 'b64' && shape === true) continue; // as it is anyhow (RFC 7797 §3)
          const { header, claims } = good();
          const reply = await post(signed({ ...header, crit: ['b64'], b64: true, [name]: shape }, claims));
          expectOAuthError(reply, refusal);
        }
      },
    );

    it.each(['null', '[]', '"a"', '1', '{', '{"sub":', '\u0000', '{"sub":""}', '['.repeat(3000)])(
      'is refused with the claims %j',
      async (claims) => {
        const { header } = good();
        const text = `${encode(JSON.stringify(header))}.${encode(claims)}.${'A'.repeat(86)}`;
        expectOAuthError(await post(text), refusal);
        const swapped = `${encode(claims)}.${encode(JSON.stringify(good().claims))}.${'A'.repeat(86)}`;
        expectOAuthError(await post(swapped), refusal);
      },
    );

    it.each([
      'a',
      'a.b',
      'a.b.c',
      '..',
      '...',
      'a.b.c.d.e',
      '=.=.=',
      'é.é.é',
      '{"payload":""}',
      'x'.repeat(16_384),
    ])('is refused when it is %s', async (text) => {
      expectOAuthError(await post(text), refusal);
    });

    it('is refused with a client_id of another app beside it', async () => {
      const { header, claims } = good();
      const body = {
        client_id: server.app.client_id,
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: signed(header, claims),
      };
      const expected = { error: 'invalid_request', names: "'client_id'" };
      expectOAuthError(await postForm(server.issuer, path, encodeForm(body)), expected);
      expectOAuthError(await postJson(server.issuer, path, JSON.stringify(body)), expected);
    });

    it.each([
      'jwt-bearer',
      'URN:IETF:PARAMS:OAUTH:CLIENT-ASSERTION-TYPE:JWT-BEARER',
      `${ASSERTION_TYPE} `,
      '__proto__',
    ])('is refused with the type %s', async (type) => {
      const { header, claims } = good();
      const body = { client_assertion_type: type, client_assertion: signed(header, claims) };
      const expected = { error: 'invalid_client', names: "'client_assertion_type'" };
      expectOAuthError(await postForm(server.issuer, path, encodeForm(body)), expected);
    });
  },
);
