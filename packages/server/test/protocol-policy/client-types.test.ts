import { randomUUID } from 'node:crypto';
import { loadConfig } from '@grantor/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../../../test/kit/api-calls.js';
import { bodyOf, refusedFields } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { TestApp } from '../../../../test/kit/test-app.js';
import { sha256 } from '../../src/crypto/hash.js';
import type { ClientRecord } from '../../src/storage/ports/index.js';
import { client } from '../storage/fixtures.js';
import { environment } from './support.js';

const REDIRECT_URI = 'https://app.example.com/callback';
const base = { name: 'App', redirect_uris: [REDIRECT_URI] };
const publicApp = { ...base, token_endpoint_auth_method: 'none' };

describe('GRANTOR_DEVELOPER_CLIENT_TYPES=public-code', () => {
  let grantor: TestServer;
  let developer: Call;
  let administrator: Call;
  beforeAll(async () => {
    grantor = await startServer({ settings: { developerClientTypes: 'public-code' } });
    developer = (await addCaller(grantor)).call;
    administrator = grantor.api;
  });
  afterAll(() => grantor.stop());

  it('lets developers register only apps without credentials that get codes', async () => {
    expect(await refusedFields(developer('POST', '/clients', base))).toEqual(['token_endpoint_auth_method']);
    const implicit = { ...publicApp, grant_types: ['implicit'], response_types: ['id_token'] };
    expect(await refusedFields(developer('POST', '/clients', implicit))).toEqual([
      'grant_types',
      'response_types',
    ]);
    const program = { name: 'Program', grant_types: ['client_credentials'] };
    expect(await refusedFields(developer('POST', '/clients', program))).toEqual([
      'token_endpoint_auth_method',
      'grant_types',
    ]);
    expect((await developer('POST', '/clients', publicApp)).status).toBe(201);
  });

  it('lets developers make no other change of their apps', async () => {
    const { client_id: id } = await bodyOf<{ client_id: string }>(
      developer('POST', '/clients', publicApp),
      201,
    );
    const grant_types = ['authorization_code', 'implicit'];
    for (const method of ['PUT', 'PATCH']) {
      const path = `/clients/${id}`;
      expect(await refusedFields(developer(method, path, { grant_types }))).toEqual(['grant_types']);
      const hybrid = { grant_types, response_types: ['code', 'code id_token'] };
      expect(await refusedFields(developer(method, path, hybrid))).toEqual(['grant_types', 'response_types']);
    }
    expect((await developer('PATCH', `/clients/${id}`, { name: 'Renamed' })).status).toBe(200);
  });

  it('lets administrators register and change all apps, and developers keep theirs', async () => {
    expect((await administrator('POST', '/clients', base)).status).toBe(201);
    const { client_id: id } = await bodyOf<{ client_id: string }>(
      developer('POST', '/clients', publicApp),
      201,
    );
    const path = `/clients/${id}`;
    const hybrid = {
      grant_types: ['authorization_code', 'implicit'],
      response_types: ['code', 'code id_token'],
    };
    expect((await administrator('PATCH', path, hybrid)).status).toBe(200);
    expect((await developer('PATCH', path, { ...hybrid, name: 'Renamed' })).status).toBe(200);
  });
});

describe('GRANTOR_REGISTRATION_CLIENT_TYPES=public-code', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({
      settings: { registration: 'open', registrationClientTypes: 'public-code' },
    });
  });
  afterAll(() => grantor.stop());

  const send = (method: string, path: string, metadata: object, token?: string) =>
    fetch(`${grantor.issuer}/oauth2/register${path}`, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ redirect_uris: [REDIRECT_URI], ...metadata }),
    });
  const refusal = async (response: Promise<Response>) => {
    const { error_description: text = '' } = await bodyOf<{ error_description?: string }>(response, 400);
    return text;
  };

  it('lets apps register themselves only without credentials and for codes', async () => {
    expect(await refusal(send('POST', '', {}))).toContain("'token_endpoint_auth_method' must be none");
    const none = { token_endpoint_auth_method: 'none' };
    const hybrid = {
      ...none,
      response_types: ['code id_token'],
      grant_types: ['authorization_code', 'implicit'],
    };
    expect(await refusal(send('POST', '', hybrid))).toContain("'response_types' must contain only code");
    expect((await send('POST', '', none)).status).toBe(201);
  });

  it('lets them make no other change of themselves', async () => {
    const none = { token_endpoint_auth_method: 'none' };
    const registered = await bodyOf<Record<string, string>>(
      send('POST', '', { ...none, client_name: 'Mine' }),
      201,
    );
    const token = registered.registration_access_token;
    const change = {
      ...none,
      client_id: registered.client_id,
      grant_types: ['authorization_code', 'implicit'],
    };
    const refused = send('PUT', `/${registered.client_id}`, change, token);
    expect(await refusal(refused)).toContain("'grant_types' must contain only");
  });

  /** A client that registered itself before the operator limited this. */
  async function registeredBefore(values: Partial<ClientRecord>) {
    const old = client({
      redirectUris: [REDIRECT_URI],
      grantTypes: ['authorization_code', 'implicit'],
      responseTypes: ['code', 'id_token'],
      scopes: ['openid'],
      compatibility: [],
      createdBy: null,
      modifiedBy: null,
      ...values,
    });
    await grantor.server.store.dynamicClients.register({
      client: old,
      tokenHash: randomUUID(),
      initialTokenHash: null,
      fingerprint: null,
      isSame: () => false,
    });
    return TestApp.of(grantor, { client_id: old.id });
  }
  const errorOf = async (app: TestApp, parameters: Record<string, string>) => {
    const { searchParams, hash } = await app.authorize({ nonce: 'n', ...parameters });
    return searchParams.get('error') ?? new URLSearchParams(hash.slice(1)).get('error');
  };

  it('refuses requests of other apps that registered themselves before', async () => {
    const open = await registeredBefore({ authenticationMethod: 'none', secretHash: null });
    expect(await errorOf(open, { response_type: 'id_token' })).toBe('unauthorized_client');
    expect(await errorOf(open, {})).toBeNull();
    const confidential = await registeredBefore({ authenticationMethod: 'client_secret_post' });
    expect(await errorOf(confidential, {})).toBe('unauthorized_client');
  });

  it('refuses their token requests too', async () => {
    const secret = 'the secret of an app that registered itself';
    const values = { authenticationMethod: 'client_secret_post', secretHash: sha256(secret) } as const;
    const registered = await registeredBefore(values);
    const request = { grant_type: 'refresh_token', refresh_token: 'x', client_secret: secret };
    const refused = await bodyOf(registered.post('/oauth2/token', request), 400);
    expect(refused.error).toBe('unauthorized_client');
    expect(refused.error_description).toContain('Apps that registered themselves');
  });

  it('does not apply to an app that an administrator changed', async () => {
    const app = await registeredBefore({ authenticationMethod: 'client_secret_post' });
    const changed = grantor.api('PATCH', `/clients/${app.id}`, { name: 'Reviewed' });
    expect((await changed).status).toBe(200);
    expect(await errorOf(app, {})).toBeNull();
  });
});

it.each(['GRANTOR_DEVELOPER_CLIENT_TYPES', 'GRANTOR_REGISTRATION_CLIENT_TYPES'])(
  '%s stops the start if it is neither all nor public-code',
  (name) => {
    expect(() => loadConfig(environment({ [name]: 'public' }))).toThrow(`${name} must be all or public-code`);
    expect(() => loadConfig(environment({ [name]: 'public-code' }))).not.toThrow();
  },
);
