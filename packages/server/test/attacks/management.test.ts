import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, callApi, type RequestHeaders, xSignatureFor } from '../../../../test/kit/api-calls.js';
import { addApiKey } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addSignedInUser, addUser } from '../../../../test/kit/users.js';

const app = { name: 'An app', redirect_uris: ['https://app.example.com/callback'] };

/** Callers of the management API who try to gain the access of others. */
describe.each(databases)('the management API under attack, on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    // A clock that stands still: what follows holds within one second too.
    grantor = await startServer({ database, clock: () => 1_800_000_000 });
  });
  afterAll(() => grantor.stop());

  const addLimitedCaller = async (
    fields: { readonly scopes?: readonly string[]; readonly isAdmin?: boolean } = {},
  ) => {
    const { scopes = null, ...more } = fields;
    const user = await addUser(grantor, more);
    return { user, headers: bearer((await addApiKey(grantor, user, { scopes })).key) };
  };
  const register = async (headers: RequestHeaders, fields: Readonly<Record<string, unknown>> = {}) => {
    const response = await callApi(grantor, headers, 'POST', '/clients', { ...app, ...fields });
    expect(response.status).toBe(201);
    return (await response.json()) as { client_id: string; client_secret: string };
  };

  describe('with a limited key', () => {
    it('does not repeat the response of a credential with more access (CWE-269)', async () => {
      const { user, headers } = await addLimitedCaller();
      const little = bearer((await addApiKey(grantor, user, { scopes: ['grantor.keys:write'] })).key);
      const repeated = { 'idempotency-key': randomUUID() };
      const make = async (credentials: RequestHeaders) => {
        const made = await callApi(grantor, { ...credentials, ...repeated }, 'POST', '/keys', { name: 'CI' });
        expect(made.status).toBe(201);
        return (await made.json()) as { key: string; scopes: string[] | null };
      };
      const full = await make(headers);
      expect(full.scopes).toBeNull();
      const limited = await make(little);
      expect(limited.key).not.toBe(full.key);
      expect(limited.scopes).toEqual(['grantor.keys:read', 'grantor.keys:write']);
      expect(await make(headers)).toEqual(full);
    });
  });

  describe('with a stolen x-signature of a session', () => {
    it('creates no key that would outlive the signature (privilege persistence)', async () => {
      const { cookie } = await addSignedInUser(grantor);
      const signature = await xSignatureFor(grantor, { cookie });
      for (const stolen of [{ 'x-signature': signature }, { cookie: `x-signature=${signature}` }]) {
        expect((await callApi(grantor, stolen, 'GET', '/keys')).status).toBe(200);
        expect((await callApi(grantor, stolen, 'POST', '/keys', { name: 'Mine' })).status).toBe(403);
      }
      expect((await callApi(grantor, { cookie }, 'POST', '/keys', { name: 'Theirs' })).status).toBe(201);
    });
  });

  describe('at the same time as another process', () => {
    it('changes no app whose secret was rotated since the caller read it (RFC 9110 §13.1.1)', async () => {
      const { headers } = await addLimitedCaller();
      const { client_id: id } = await register(headers);
      const path = `/clients/${id}`;
      const etagOf = async () => (await callApi(grantor, headers, 'GET', path)).headers.get('etag') ?? '';
      const seen = await etagOf();
      const rotated = await callApi(grantor, headers, 'PATCH', `${path}/regenerate`, { overlap_seconds: 60 });
      expect(rotated.status).toBe(200);
      expect(rotated.headers.get('etag')).toBe(await etagOf());
      expect(await etagOf()).not.toBe(seen);
      const stale = { ...headers, 'if-match': seen };
      for (const [method, below, body] of [
        ['PATCH', '', { name: 'Mine' }],
        ['PATCH', '/regenerate', {}],
        ['PATCH', '/activation', { status: false }],
        ['DELETE', '', undefined],
      ] as const) {
        expect((await callApi(grantor, stale, method, path + below, body)).status).toBe(412);
      }
      const fresh = { ...headers, 'if-match': await etagOf() };
      expect((await callApi(grantor, fresh, 'DELETE', path)).status).toBe(200);
    });

    it('leaves no app that a user registers while the user is deleted', async () => {
      const { user, headers } = await addLimitedCaller();
      const { clients, accounts } = grantor.server.store;
      const create = clients.create.bind(clients);
      Object.assign(clients, {
        create: async (...args: Parameters<typeof create>) => {
          await accounts.delete(user.id, 1_800_000_000);
          return create(...args);
        },
      });
      try {
        const refused = await callApi(grantor, headers, 'POST', '/clients', app);
        expect(refused.status).toBe(400);
      } finally {
        Object.assign(clients, { create });
      }
      expect((await clients.list({ limit: 10, after: null }, user.id)).items).toEqual([]);
    });

    it('leaves no enabled app in any order of the two requests', async () => {
      const { clients, accounts } = grantor.server.store;
      for (let round = 0; round < 10; round += 1) {
        const { user, headers } = await addLimitedCaller();
        const [registered] = await Promise.all([
          callApi(grantor, headers, 'POST', '/clients', app),
          accounts.delete(user.id, 1_800_000_000),
        ]);
        expect([201, 400, 401]).toContain(registered.status);
        const { items } = await clients.list({ limit: 10, after: null }, user.id);
        expect(items.filter(({ enabled }) => enabled)).toEqual([]);
      }
    });
  });

  describe('with credentials of a deleted app of the same ID', () => {
    it('a token of a deleted app gives no access to a new app with the same ID', async () => {
      const fields = { client_id: randomUUID(), grant_types: ['client_credentials'], redirect_uris: [] };
      const first = await grantor.register(fields);
      const post = (path: string, { client_id: id, client_secret: secret }: typeof first, form: string) =>
        fetch(grantor.issuer + path, {
          method: 'POST',
          headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
          body: new URLSearchParams(form),
        });
      const issued = await post('/oauth2/token', first, 'grant_type=client_credentials');
      const { access_token: token } = (await issued.json()) as { access_token: string };
      const isActive = async (client: typeof first) =>
        ((await (await post('/oauth2/introspect', client, `token=${token}`)).json()) as { active: boolean })
          .active;
      expect(await isActive(first)).toBe(true);
      expect((await grantor.api('DELETE', `/clients/${fields.client_id}`)).status).toBe(200);
      expect(await isActive(await grantor.register(fields))).toBe(false);
    });
  });

  describe('with an invalid body', () => {
    it('gets a response that is not larger', async () => {
      const { headers } = await addLimitedCaller();
      const body = Object.fromEntries(Array.from({ length: 30_000 }, (_, index) => [`x${index}`, 1]));
      const refused = await callApi(grantor, headers, 'POST', '/clients', body);
      expect(refused.status).toBe(400);
      expect((await refused.text()).length).toBeLessThan(JSON.stringify(body).length);
    });
  });
});
