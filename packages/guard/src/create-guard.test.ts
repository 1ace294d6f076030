import { createHmac } from 'node:crypto';
import { exportSPKI, importJWK } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiResponse, type RunningApi, startApi } from '../test/api-double.js';
import { AUDIENCE, type IssuerDouble, NOW, newSigningKey, startIssuer } from '../test/issuer-double.js';
import { createGuard } from './create-guard.js';

let issuer: IssuerDouble;
let api: RunningApi;

beforeAll(async () => {
  issuer = await startIssuer();
  const guard = createGuard({ issuer: issuer.issuer, audience: [AUDIENCE, 'urn:files'], now: () => NOW });
  api = await startApi(guard, { scope: 'files:read' });
});

afterAll(async () => {
  await api.close();
  await issuer.close();
});

const bearer = (token: string): string => `Bearer ${token}`;
const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function expectRefusal(response: ApiResponse, status: number, error: string, description: RegExp): void {
  expect(response.status).toBe(status);
  expect(response.body).toEqual({ error, error_description: expect.stringMatching(description) });
  expect(response.headers['www-authenticate']).toContain(`error="${error}"`);
  expect(response.headers['cache-control']).toBe('no-store');
}

describe('a valid access token', () => {
  it('is accepted, and names subject, client and scopes (RFC 9068 §2.2)', async () => {
    const response = await api.get(bearer(await issuer.mint()));
    expect(response.status).toBe(200);
    expect(response.body).toEqual({
      subject: 'ada',
      clientId: 'demo-app',
      scopes: ['files:read', 'profile'],
      audience: [AUDIENCE],
      expiresAt: NOW + 300,
      tokenId: 'token-1',
      claims: expect.objectContaining({ iss: issuer.issuer, iat: NOW }),
    });
  });

  it.each([
    ['the scheme in lower case (RFC 9110 §11.1)', async () => `bearer ${await issuer.mint()}`],
    ['several spaces after the scheme', async () => `Bearer   ${await issuer.mint()}`],
    ['a typ in another case (RFC 7515 §4.1.9)', async () => bearer(await issuer.mint({}, { typ: 'AT+JWT' }))],
    ['the long typ (RFC 9068 §4)', async () => bearer(await issuer.mint({}, { typ: 'application/at+jwt' }))],
    ['an aud list that names this API', async () => bearer(await issuer.mint({ aud: ['x', 'urn:files'] }))],
    ['scopes as a list', async () => bearer(await issuer.mint({ scope: ['files:read'] }))],
    ['no jti and no iat', async () => bearer(await issuer.mint({ jti: undefined, iat: undefined }))],
    ['an exp just within the clock tolerance', async () => bearer(await issuer.mint({ exp: NOW - 59 }))],
    ['an iat just within the clock tolerance', async () => bearer(await issuer.mint({ iat: NOW + 60 }))],
  ])('is accepted with %s', async (_, authorization) => {
    expect((await api.get(await authorization())).status).toBe(200);
  });
});

describe('an invalid access token', () => {
  it('is refused with alg none (RFC 8725 §3.2)', async () => {
    const [, payload] = (await issuer.mint()).split('.');
    for (const alg of ['none', 'None', 'NONE']) {
      const token = `${base64url({ alg, typ: 'at+jwt' })}.${payload}.`;
      expectRefusal(await api.get(bearer(token)), 401, 'invalid_token', /algorithm/);
    }
  });

  it('is refused when the public key is used as an HS256 secret (RFC 8725 §2.1)', async () => {
    const [, payload] = (await issuer.mint()).split('.');
    const { jwk } = issuer.signingKey;
    const publicKey = await importJWK(jwk, 'ES256', { extractable: true });
    if (publicKey instanceof Uint8Array) throw new TypeError('expected an asymmetric key');
    for (const secret of [await exportSPKI(publicKey), JSON.stringify(jwk)]) {
      const input = `${base64url({ alg: 'HS256', typ: 'at+jwt', kid: jwk.kid })}.${payload}`;
      const token = `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
      expectRefusal(await api.get(bearer(token)), 401, 'invalid_token', /algorithm/);
    }
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['expired beyond the clock tolerance', { exp: NOW - 60 }, /expired/],
    ['without exp', { exp: undefined }, /exp/],
    ['with an exp that is not a number', { exp: String(NOW + 60) }, /exp/],
    ['not valid yet', { nbf: NOW + 61 }, /not valid yet/],
    ['with an nbf that is not a number', { nbf: 'soon' }, /nbf/],
    ['issued in the future', { iat: NOW + 61 }, /future/],
    ['with an iat that is not a number', { iat: null }, /iat/],
    ['from another issuer', { iss: 'https://elsewhere.example' }, /another issuer/],
    ['for another audience', { aud: 'https://mail.example' }, /another audience/],
    ['for a list of other audiences', { aud: ['https://mail.example', 'urn:x'] }, /another audience/],
    ['for an audience that begins with the name of this API', { aud: `${AUDIENCE}/v2` }, /another audience/],
    ['without aud', { aud: undefined }, /another audience/],
    ['with an aud list that has a number', { aud: [AUDIENCE, 7] }, /another audience/],
    ['without sub', { sub: undefined }, /sub/],
    ['with a sub that is not a string', { sub: 7 }, /sub/],
    ['without client_id', { client_id: undefined }, /client_id/],
    ['with a client_id that is not a string', { client_id: ['demo-app'] }, /client_id/],
    ['with a jti that is not a string', { jti: 1 }, /jti/],
    ['with a scope that is neither string nor list of strings', { scope: { 'files:read': true } }, /scope/],
    ['bound to a key whose proof a Bearer header cannot carry', { cnf: { jkt: 'x' } }, /bound/],
  ])('is refused %s', async (_, claims, description) => {
    expectRefusal(await api.get(bearer(await issuer.mint(claims))), 401, 'invalid_token', description);
  });

  it('is refused from the issuer in another spelling: the comparison is exact (RFC 9068 §4)', async () => {
    const response = await api.get(bearer(await issuer.mint({ iss: `${issuer.issuer}/` })));
    expectRefusal(response, 401, 'invalid_token', /another issuer/);
  });

  it.each(['JWT', 'logout+jwt', 'dpop+jwt', ''])(
    'is refused with the typ "%s", as an ID token has (RFC 9068 §4)',
    async (name) => {
      const response = await api.get(bearer(await issuer.mint({}, { typ: name })));
      expectRefusal(response, 401, 'invalid_token', /not an access token/);
    },
  );

  it('is refused without typ', async () => {
    const { privateKey } = issuer.signingKey;
    const [, payload] = (await issuer.mint()).split('.');
    const input = `${base64url({ alg: 'ES256', kid: 'first' })}.${payload}`;
    const signature = await crypto.subtle.sign(
      { name: 'ECDSA', hash: 'SHA-256' },
      privateKey,
      Buffer.from(input),
    );
    const token = `${input}.${Buffer.from(signature).toString('base64url')}`;
    expectRefusal(await api.get(bearer(token)), 401, 'invalid_token', /not an access token/);
  });

  it('is refused with a crit header, even for an extension that exists (RFC 7515 §4.1.11)', async () => {
    const token = await issuer.mint({}, { crit: ['b64'], b64: true });
    expectRefusal(await api.get(bearer(token)), 401, 'invalid_token', /crit/);
  });

  it('is refused with a key of its own: jwk, jku and x5u are not trusted (RFC 8725 §3.10)', async () => {
    const own = await newSigningKey('first');
    const published = issuer.signingKey;
    issuer.publishedKeys = [published.jwk];
    issuer.signingKey = own;
    const address = `${issuer.issuer}/own-keys`;
    const token = await issuer.mint({}, { jwk: own.jwk, jku: address, x5u: address });
    issuer.signingKey = published;
    issuer.publishedKeys = undefined;
    expectRefusal(await api.get(bearer(token)), 401, 'invalid_token', /signature/);
    expect(issuer.requests).not.toContain('/own-keys');
  });

  it('is refused if a claim was changed after signing', async () => {
    const [header, , signature] = (await issuer.mint()).split('.');
    const payload = base64url({ iss: issuer.issuer, aud: AUDIENCE, sub: 'eve', exp: NOW + 300 });
    const response = await api.get(bearer(`${header}.${payload}.${signature}`));
    expectRefusal(response, 401, 'invalid_token', /signature/);
  });

  it.each(['garbage', 'a.b.c', '..', 'a.b.c.d.e', `${'e'.repeat(10)}.${'e'.repeat(10)}.`])(
    'is refused if it is not a JWT: %s',
    async (token) => {
      expectRefusal(await api.get(bearer(token)), 401, 'invalid_token', /not a signed JWT/);
    },
  );

  it('is refused above 16 KiB', async () => {
    const token = await issuer.mint({ padding: 'x'.repeat(16 * 1024) });
    expectRefusal(await api.get(bearer(token)), 401, 'invalid_token', /too long/);
    const longest = await api.get(bearer('x'.repeat(16 * 1024)));
    expectRefusal(longest, 401, 'invalid_token', /not a signed JWT/);
  });

  it.each(['', 'profile', 'files:readwrite', 'FILES:READ'])(
    'is refused with 403 when its scope is "%s" (RFC 6750 §3.1)',
    async (scope) => {
      const response = await api.get(bearer(await issuer.mint({ scope })));
      expectRefusal(response, 403, 'insufficient_scope', /files:read/);
    },
  );
});

describe('the place of the token', () => {
  it('gets no error code if no token was sent (RFC 6750 §3.1)', async () => {
    const response = await api.get();
    expect(response.status).toBe(401);
    expect(response.headers['www-authenticate']).toBe(`Bearer realm="${AUDIENCE}", scope="files:read"`);
    expect(response.body).not.toHaveProperty('error');
  });

  it.each(['Basic YTpi', 'DPoP abc', 'Bearerabc', ''])(
    'counts another scheme as no token: "%s" (RFC 6750 §3.1)',
    async (authorization) => {
      const response = await api.get(authorization);
      expect(response.status).toBe(401);
      expect(response.headers['www-authenticate']).not.toContain('error');
    },
  );

  it.each([
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Bearer a, Bearer b',
    'Basic YTpi, Bearer a',
    'Bearer "a"',
    'Bearer =',
  ])('refuses malformed credentials with invalid_request: %s (RFC 6750 §3.1)', async (authorization) => {
    expectRefusal(await api.get(authorization), 400, 'invalid_request', /Authorization header/);
  });

  it('refuses two Authorization headers, even if the first is valid', async () => {
    const valid = bearer(await issuer.mint());
    expectRefusal(await api.get([valid, valid]), 400, 'invalid_request', /more than one/);
    expectRefusal(await api.get([valid, 'Basic YTpi']), 400, 'invalid_request', /more than one/);
  });

  it('refuses a token in the URL, alone or with a valid header (RFC 6750 §2, §5.3)', async () => {
    const token = await issuer.mint();
    for (const authorization of [undefined, bearer(token)]) {
      const response = await api.get(authorization, `/?a=1&access_token=${token}`);
      expectRefusal(response, 400, 'invalid_request', /URL/);
      expect(JSON.stringify(response)).not.toContain(token);
    }
  });

  it('ignores a token in the body (RFC 6750 §2.2 is not supported)', async () => {
    const response = await fetch(api.origin, {
      method: 'POST',
      body: new URLSearchParams({ access_token: await issuer.mint() }),
    });
    expect(response.status).toBe(401);
  });
});

it('accepts every valid token if no scope is required', async () => {
  const guard = createGuard({ issuer: issuer.issuer, audience: AUDIENCE, now: () => NOW });
  const token = await issuer.mint({ scope: undefined });
  const outcome = await guard.check(
    new Request('http://api.example', { headers: { authorization: bearer(token) } }),
  );
  expect(outcome).toMatchObject({ ok: true, token: { scopes: [] } });
});

it('requires every scope of a list', async () => {
  const guard = createGuard({ issuer: issuer.issuer, audience: AUDIENCE, now: () => NOW });
  const headers = { authorization: bearer(await issuer.mint()) };
  expect(await guard.check({ headers }, { scope: ['profile', 'files:read'] })).toMatchObject({ ok: true });
  expect(await guard.check({ headers }, { scope: 'files:read files:write' })).toMatchObject({ status: 403 });
});

it('verifies a token by itself, with a reason if it is invalid', async () => {
  const guard = createGuard({ issuer: issuer.issuer, audience: AUDIENCE, now: () => NOW });
  expect(await guard.verify(await issuer.mint())).toMatchObject({ ok: true, token: { subject: 'ada' } });
  expect(await guard.verify('garbage')).toMatchObject({ ok: false, reason: 'invalid' });
});

it.each(['RS256', 'PS256', 'EdDSA'])('accepts %s if the algorithm is allowed', async (alg) => {
  const server = await startIssuer();
  server.signingKey = await newSigningKey('other', alg);
  const guard = createGuard({ issuer: server.issuer, audience: AUDIENCE, now: () => NOW });
  expect(await guard.verify(await server.mint())).toMatchObject({ ok: true });
  const strict = createGuard({
    issuer: server.issuer,
    audience: AUDIENCE,
    algorithms: ['ES256'],
    now: () => NOW,
  });
  expect(await strict.verify(await server.mint())).toMatchObject({ ok: false, reason: 'invalid' });
  await server.close();
});
