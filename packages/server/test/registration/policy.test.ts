import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bearer, callApi } from '../../../../test/kit/api-calls.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf } from '../../../../test/kit/test-app.js';
import { minimal, register } from './support.js';

const discovery = async ({ issuer }: TestServer) =>
  (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;

describe('if registration is off, the default,', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  it('refuses every registration, also with a token, and says what to do', async () => {
    const { token } = (await (await grantor.api('POST', '/registration-tokens', {})).json()) as {
      token: string;
    };
    for (const sent of [undefined, token]) {
      expect(await refusalOf(await register(grantor, minimal, sent))).toEqual({
        status: 403,
        error: 'access_denied',
      });
    }
  });

  it('has no registration endpoint in discovery (RFC 8414 §2)', async () => {
    expect(await discovery(grantor)).not.toHaveProperty('registration_endpoint');
  });
});

describe('if registration requires a token (RFC 7591 §3, initial access token)', () => {
  let grantor: TestServer;
  let now = 1_800_000_000;
  beforeAll(async () => {
    grantor = await startServer({ settings: { registration: 'token' }, clock: () => now });
  });
  afterAll(() => grantor.stop());

  const makeToken = async (fields: Record<string, unknown> = {}) => {
    const response = await grantor.api('POST', '/registration-tokens', fields);
    expect(response.status).toBe(201);
    return (await response.json()) as { id: string; token: string; uses_left: number | null };
  };

  it('requires one, without an error code if none was sent (RFC 6750 §3.1)', async () => {
    const response = await register(grantor, minimal);
    expect(response.headers.get('www-authenticate')).toBe(`Bearer realm="${grantor.issuer}"`);
    expect(await refusalOf(response)).toEqual({ status: 401, error: 'invalid_token' });
  });

  it('names its endpoint in discovery', async () => {
    expect(await discovery(grantor)).toMatchObject({
      registration_endpoint: `${grantor.issuer}/oauth2/register`,
    });
  });

  it('refuses an unknown token, an API key and a registration access token', async () => {
    const { token } = await makeToken();
    const app = (await (await register(grantor, minimal, token)).json()) as Record<string, string>;
    for (const other of ['made-up', grantor.apiKey, app.registration_access_token]) {
      const response = await register(grantor, minimal, other);
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expect(await refusalOf(response)).toEqual({ status: 401, error: 'invalid_token' });
    }
  });

  it('accepts a token for its number of uses, also simultaneous ones', async () => {
    const { token } = await makeToken({ uses: 2 });
    const responses = await Promise.all(Array.from({ length: 6 }, () => register(grantor, minimal, token)));
    const statuses = responses.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201)).toHaveLength(2);
    expect(statuses.filter((status) => status === 401)).toHaveLength(4);
  });

  it('counts no use for a refused registration', async () => {
    const { token } = await makeToken({ uses: 1 });
    expect((await register(grantor, {}, token)).status).toBe(400);
    expect((await register(grantor, minimal, token)).status).toBe(201);
  });

  it('accepts a token until it expires', async () => {
    const { token } = await makeToken({ expires_in: 60 });
    now += 59;
    expect((await register(grantor, minimal, token)).status).toBe(201);
    now += 1;
    expect((await register(grantor, minimal, token)).status).toBe(401);
  });

  it('refuses a revoked token', async () => {
    const { id, token } = await makeToken();
    expect((await grantor.api('DELETE', `/registration-tokens/${id}`)).status).toBe(200);
    expect((await register(grantor, minimal, token)).status).toBe(401);
    expect((await grantor.api('DELETE', `/registration-tokens/${id}`)).status).toBe(404);
  });

  it('shows a token once, and only to callers with an API key', async () => {
    const { token } = await makeToken({ name: 'For CI' });
    const list = await (await grantor.api('GET', '/registration-tokens')).text();
    expect(list).toContain('For CI');
    expect(list).not.toContain(token);
    for (const method of ['GET', 'POST']) {
      const response = await callApi(grantor, bearer(token), method, '/registration-tokens');
      expect(response.status).toBe(401);
    }
  });

  it.each([
    { uses: 0 },
    { uses: 1.5 },
    { uses: '3' },
    { expires_in: 0 },
    { expires_in: -1 },
    { expires_in: 1e12 },
    { name: '' },
    { name: 'a\u0000b' },
    { token: 'mine' },
    [],
  ])('refuses to create a token with %j', async (fields) => {
    expect((await grantor.api('POST', '/registration-tokens', fields)).status).toBe(400);
  });
});

describe('if registration is open', () => {
  let grantor: TestServer | undefined;
  afterEach(() => grantor?.stop());

  it('needs no token, and refuses an invalid one', async () => {
    grantor = await startServer({ settings: { registration: 'open' } });
    expect((await register(grantor, minimal)).status).toBe(201);
    expect((await register(grantor, minimal, 'made-up')).status).toBe(401);
  });

  it('grants no scope beyond those that the operator named (scope escalation, CVE-2026-22752)', async () => {
    grantor = await startServer({
      settings: { registration: 'open', registrationScopes: ['openid', 'email'] },
    });
    for (const scope of [undefined, 'openid email files:write', 'email files:write openid']) {
      const answer = (await (await register(grantor, { ...minimal, scope })).json()) as { scope: string };
      expect(answer.scope).toBe('openid email');
    }
    const none = await register(grantor, { ...minimal, scope: 'files:write' });
    expect(await refusalOf(none)).toEqual({ status: 400, error: 'invalid_client_metadata' });
  });

  it('limits one address with 429 and Retry-After (registration flood)', async () => {
    grantor = await startServer({ settings: { registration: 'open', registrationsPerHour: 3 } });
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await register(grantor, minimal)).status);
    expect(statuses).toEqual([201, 201, 201, 429]);
    const refused = await register(grantor, 'not even JSON');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refusalOf(refused)).toEqual({ status: 429, error: 'temporarily_unavailable' });
    expect(
      (await grantor.api('POST', '/clients', { name: 'x', redirectUris: ['https://a.example/'] })).status,
    ).toBe(201);
  });

  it('lets pages of every origin register (CORS) if the operator allows it, and ignores cookies', async () => {
    grantor = await startServer({ settings: { registration: 'open', registrationFromBrowsers: 'on' } });
    const preflight = await fetch(`${grantor.issuer}/oauth2/register`, {
      method: 'OPTIONS',
      headers: { origin: 'https://spa.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    const response = await register(grantor, minimal);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('refuses software statements by name, since no issuer of them is trusted (RFC 7591 §3.2.2)', async () => {
    grantor = await startServer({ settings: { registration: 'open' } });
    const jwt = 'eyJhbGciOiJub25lIn0.eyJjbGllbnRfbmFtZSI6IngifQ.';
    for (const [statement, error] of [
      [jwt, 'unapproved_software_statement'],
      ['not a JWT', 'invalid_software_statement'],
      [{ client_name: 'x' }, 'invalid_software_statement'],
    ]) {
      const response = await register(grantor, { ...minimal, software_statement: statement });
      expect(await refusalOf(response)).toEqual({ status: 400, error });
    }
  });
});
