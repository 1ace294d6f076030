import { keySet } from '@grantor/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningApi, startApi } from '../test/api-double.js';
import { AUDIENCE, type IssuerDouble, json, NOW, newSigningKey, startIssuer } from '../test/issuer-double.js';
import { createGuard, type Guard } from './create-guard.js';
import { createKeySet } from './key-set.js';

// Never responds to a request without a deadline; fails at once for a request with one.
const hanging: typeof fetch = (_, init) =>
  init?.signal instanceof AbortSignal
    ? Promise.reject(new DOMException('The operation timed out', 'TimeoutError'))
    : new Promise(() => undefined);

let issuer: IssuerDouble;
let api: RunningApi;
let guard: Guard;
let now: number;
let reasons: string[];

beforeEach(async () => {
  now = NOW;
  reasons = [];
  issuer = await startIssuer();
  guard = createGuard({
    issuer: issuer.issuer,
    audience: AUDIENCE,
    now: () => now,
    onUnavailable: (error) => reasons.push(`${error.code}: ${error.message}`),
  });
  api = await startApi(guard);
});

afterEach(async () => {
  await api.close();
  await issuer.close();
});

const METADATA = '/.well-known/oauth-authorization-server';
const call = async (claims?: Record<string, unknown>): Promise<number> =>
  (await api.get(`Bearer ${await issuer.mint({ exp: now + 300, ...claims })}`)).status;
const fetches = (): number => issuer.requests.filter((path) => path === '/jwks').length;
const fail = (path: string): void => {
  issuer.overrides.set(path, (response) => response.writeHead(500).end());
};

describe('keys', () => {
  it('are fetched when the first token arrives, once for concurrent calls', async () => {
    expect(issuer.requests).toEqual([]);
    expect(await Promise.all(Array.from({ length: 20 }, () => call()))).toEqual(Array(20).fill(200));
    expect(issuer.requests).toEqual([METADATA, '/jwks']);
  });

  it('are not fetched for a token that is not a signed JWT', async () => {
    expect((await api.get('Bearer garbage')).status).toBe(401);
    expect(issuer.requests).toEqual([]);
  });

  it('are fetched again when a rotated key signs, which is then accepted', async () => {
    expect(await call()).toBe(200);
    issuer.signingKey = await newSigningKey('second');
    expect(await Promise.all([call(), call(), call()])).toEqual([200, 200, 200]);
    expect(fetches()).toBe(2);
  });

  it('are fetched for unknown kids at most once in the cooldown', async () => {
    expect(await call()).toBe(200);
    issuer.publishedKeys = [issuer.signingKey.jwk];
    for (const kid of ['made-up-1', 'made-up-2', 'made-up-3']) {
      issuer.signingKey = await newSigningKey(kid);
      expect(await call()).toBe(401);
    }
    expect(fetches()).toBe(2);
    now += 30;
    expect(await call()).toBe(401);
    expect(fetches()).toBe(3);
  });

  it('are no longer accepted after the issuer withdraws them', async () => {
    const withdrawn = await issuer.mint({ exp: NOW + 9000 });
    expect((await api.get(`Bearer ${withdrawn}`)).status).toBe(200);
    issuer.signingKey = await newSigningKey('second');
    now += 600;
    expect((await api.get(`Bearer ${withdrawn}`)).status).toBe(401);
  });

  it('are chosen by kid among several, and without kid only if one fits', async () => {
    issuer.publishedKeys = [(await newSigningKey('other')).jwk, issuer.signingKey.jwk];
    expect(await call()).toBe(200);
    const withoutKid = await issuer.mint({}, { kid: undefined });
    expect((await api.get(`Bearer ${withoutKid}`)).status).toBe(401);
    issuer.publishedKeys = undefined;
    now += 30;
    expect((await api.get(`Bearer ${withoutKid}`)).status).toBe(200);
  });

  it('that are not understood are ignored (RFC 7517 §5)', async () => {
    const strange = [null, 'key', {}, { kty: 'PQ', kid: 'q' }, { kty: 'oct', k: 'c2VjcmV0', kid: 'first' }];
    issuer.overrides.set('/jwks', (response) =>
      json(response, { keys: [...strange, issuer.signingKey.jwk] }),
    );
    expect(await call()).toBe(200);
  });

  it('that were just fetched serve a call from any moment of the fetch', async () => {
    const old = await newSigningKey('old');
    const newer = await newSigningKey('newer');
    let published = old.jwk;
    const find = createKeySet(
      async () => keySet({ keys: [published] }) ?? (async () => undefined),
      () => NOW,
    );
    await find('ES256', 'old');
    published = newer.jwk;
    const found: Promise<unknown>[] = [];
    for (let turn = 0; turn < 50; turn += 1) {
      found.push(find('ES256', 'newer'));
      await Promise.resolve();
    }
    expect(await Promise.all(found)).not.toContain(undefined);
  });
});

describe('while the authorization server is unavailable', () => {
  it('the guard responds with 503 and Retry-After without the reason, and recovers with the server (RFC 9110 §15.6.4)', async () => {
    fail('/jwks');
    const response = await api.get(`Bearer ${await issuer.mint()}`);
    expect(response.status).toBe(503);
    expect(response.headers['retry-after']).toBe('5');
    expect(response.headers['www-authenticate']).toBeUndefined();
    expect(response.body).toEqual({ error_description: expect.stringMatching(/right now/) });
    expect(JSON.stringify(response)).not.toContain(issuer.issuer);
    expect(reasons).toEqual([`keys_unavailable: ${issuer.issuer}/jwks did not respond with 200.`]);

    issuer.overrides.clear();
    expect(await call()).toBe(200);
  });

  it('the guard responds with 503 if nothing listens at the address', async () => {
    const token = await issuer.mint();
    await issuer.close();
    expect((await api.get(`Bearer ${token}`)).status).toBe(503);
    issuer = await startIssuer();
  });

  it('every request has a deadline, after which the keys are unavailable', async () => {
    const waiting = createGuard({
      issuer: issuer.issuer,
      audience: AUDIENCE,
      fetch: hanging,
      now: () => now,
    });
    expect(await waiting.verify(await issuer.mint())).toMatchObject({ ok: false, reason: 'unavailable' });
  });

  it('the keys are used for an hour, and fetched again every 5 s', async () => {
    expect(await call()).toBe(200);
    fail(METADATA);
    now += 600;
    expect([await call(), await call()]).toEqual([200, 200]);
    expect(issuer.requests.filter((path) => path === METADATA)).toHaveLength(2);
    now += 5;
    expect(await call()).toBe(200);
    expect(issuer.requests.filter((path) => path === METADATA)).toHaveLength(3);
    now = NOW + 3600;
    expect(await call()).toBe(503);
    issuer.overrides.clear();
    expect(await call()).toBe(200);
  });

  it('the guard responds with 503, not 401, to a kid that it cannot look up, and looks again after 5 s', async () => {
    expect(await call()).toBe(200);
    issuer.signingKey = await newSigningKey('second');
    fail('/jwks');
    expect([await call(), await call()]).toEqual([503, 503]);
    expect(fetches()).toBe(2);
    issuer.overrides.clear();
    now += 5;
    expect(await call()).toBe(200);
  });
});

describe('a response of the authorization server', () => {
  it.each<[string, string, string, (issuerUrl: string) => unknown]>([
    [
      'metadata of another issuer (RFC 8414 §3.3)',
      METADATA,
      'another issuer',
      (url) => ({ issuer: `${url}/`, jwks_uri: `${url}/jwks` }),
    ],
    ['metadata without jwks_uri', METADATA, 'no jwks_uri', (url) => ({ issuer: url })],
    [
      'a jwks_uri with plain http',
      METADATA,
      'no jwks_uri',
      (url) => ({ issuer: url, jwks_uri: 'http://keys.example/' }),
    ],
    [
      'a jwks_uri that is a file',
      METADATA,
      'no jwks_uri',
      (url) => ({ issuer: url, jwks_uri: 'file:///etc/passwd' }),
    ],
    ['metadata that is a list', METADATA, 'not a JSON object', () => []],
    ['a JWKS without keys', '/jwks', 'not a JWK Set', () => ({})],
    ['more than 64 KiB', '/jwks', 'could not be read', () => ({ keys: [], padding: 'x'.repeat(64 * 1024) })],
  ])('is refused if it is %s', async (_, path, reason, value) => {
    issuer.overrides.set(path, (response) => json(response, value(issuer.issuer)));
    expect(await call()).toBe(503);
    expect(reasons).toEqual([expect.stringContaining(reason)]);
  });

  it('is refused if it is a redirect', async () => {
    issuer.overrides.set('/jwks', (response) => response.writeHead(302, { location: '/elsewhere' }).end());
    issuer.overrides.set('/elsewhere', (response) => json(response, { keys: [issuer.signingKey.jwk] }));
    expect(await call()).toBe(503);
    expect(issuer.requests).not.toContain('/elsewhere');
  });

  it('is refused if it is not JSON', async () => {
    issuer.overrides.set('/jwks', (response) => response.end('<h1>hello</h1>'));
    expect(await call()).toBe(503);
  });

  it('needs no metadata if jwksUri is set', async () => {
    const direct = createGuard({
      issuer: issuer.issuer,
      audience: AUDIENCE,
      jwksUri: `${issuer.issuer}/jwks`,
      now: () => now,
    });
    expect(await direct.verify(await issuer.mint())).toMatchObject({ ok: true });
    expect(issuer.requests).toEqual(['/jwks']);
  });
});

describe('metadata of an issuer with a path', () => {
  it.each([
    ['between host and path (RFC 8414 §3.1)', '/.well-known/oauth-authorization-server/tenant'],
    ['after the path (OpenID Connect Discovery 1.0 §4.1)', '/tenant/.well-known/openid-configuration'],
    ['after the path under the OAuth name', '/tenant/.well-known/oauth-authorization-server'],
  ])('is found %s', async (_, place) => {
    const tenant = await startIssuer('/tenant');
    const { issuer: url } = tenant;
    tenant.overrides.set('/.well-known/oauth-authorization-server/tenant', (response) =>
      response.writeHead(404).end(),
    );
    tenant.overrides.set(place, (response) => json(response, { issuer: url, jwks_uri: `${url}/jwks` }));
    const tenantGuard = createGuard({ issuer: url, audience: AUDIENCE, now: () => now });
    expect(await tenantGuard.verify(await tenant.mint())).toMatchObject({ ok: true });
    expect(tenant.requests.at(-2)).toBe(place);
    await tenant.close();
  });
});
