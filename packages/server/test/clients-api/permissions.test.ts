import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusedFieldCodes } from '../../../../test/kit/api-calls.js';
import { callerFor } from '../../../../test/kit/callers.js';
import { databases } from '../../../../test/kit/servers.js';
import { type ClientsApiServer, callerOf, minimal, startClientsApiServer } from './support.js';

const unknown = '00000000-0000-4000-8000-000000000000';

/** Every operation on one app, with a valid body. */
const onOne = [
  ['GET', '', undefined],
  ['PUT', '', { name: 'Mine' }],
  ['PATCH', '', { name: 'Mine' }],
  ['DELETE', '', undefined],
  ['GET', '/info', undefined],
  ['PATCH', '/activation', { status: false }],
] as const;

describe.each(databases)('permissions for apps, on %s', (database) => {
  let server: ClientsApiServer;
  beforeAll(async () => {
    server = await startClientsApiServer({ database });
  });
  afterAll(() => server.stop());

  it('developers see and change their own apps, administrators all apps', async () => {
    const { developer, otherDeveloper, administrator } = server;
    const mine = await developer.create({ name: 'Mine' });
    const other = await otherDeveloper.create({ name: 'Other' });
    const named = async (caller: typeof developer, path: string) => {
      const response = await caller.call('GET', path);
      return ((await response.json()) as { data: { client_id: string }[] }).data.map(
        ({ client_id: id }) => id,
      );
    };
    for (const path of ['/clients', '/oauth2/clients', '/clients/info?limit=50']) {
      expect(await named(developer, path)).toContain(mine.client_id);
      expect(await named(developer, path)).not.toContain(other.client_id);
      expect(await named(administrator, path)).toEqual(
        expect.arrayContaining([mine.client_id, other.client_id]),
      );
    }
    for (const caller of [developer, administrator]) {
      const { client_id: id } = await developer.create();
      for (const [method, path, body] of onOne.toSorted(
        ([a], [b]) => Number(a === 'DELETE') - Number(b === 'DELETE'),
      )) {
        expect((await caller.call(method, `/clients/${id}${path}`, body)).status).toBe(200);
      }
    }
  });

  it.each(onOne)(
    '%s %s responds with 404 to apps of others and to unknown apps',
    async (method, path, body) => {
      const { developer, otherDeveloper, administrator } = server;
      const { client_id: id } = await developer.create();
      const before = await developer.show(id);
      const hidden = await otherDeveloper.call(method, `/clients/${id}${path}`, body);
      const missing = await otherDeveloper.call(method, `/clients/${unknown}${path}`, body);
      expect([hidden.status, missing.status]).toEqual([404, 404]);
      const { instance: _a, ...one } = (await hidden.json()) as Record<string, unknown>;
      const { instance: _b, ...two } = (await missing.json()) as Record<string, unknown>;
      expect(one).toEqual(two);
      expect(await administrator.show(id)).toEqual(before);
    },
  );

  it.each([
    'no-uuid',
    '%00',
    'x%00y',
    '%ED%A0%80',
    '__proto__',
    'constructor',
    'a'.repeat(200),
    '%2e%2e',
    "';--",
  ])('an ID that is %s is unknown', async (id) => {
    for (const [method, path, body] of onOne) {
      const url = `${server.grantor.issuer}/api/2.0/clients/${id}${path}`;
      const response = await fetch(url, {
        method,
        headers: { authorization: `Bearer ${server.grantor.apiKey}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      // A path that is not UTF-8 is refused as such.
      expect(response.status === 400 || response.status === 404).toBe(true);
    }
  });

  it('every operation needs authentication', async () => {
    for (const [method, path, body] of onOne) {
      expect((await server.anonymous.call(method, `/clients/${unknown}${path}`, body)).status).toBe(401);
    }
    for (const [method, path] of [
      ['GET', '/clients'],
      ['POST', '/clients'],
      ['DELETE', '/clients'],
      ['DELETE', '/clients/tenant'],
      ['GET', '/clients/info?limit=1'],
    ] as const) {
      expect((await server.anonymous.call(method, path)).status).toBe(401);
    }
  });

  it('a key with read scopes only changes nothing', async () => {
    const { developer, grantor } = server;
    const { client_id: id } = await developer.create();
    const limited = await callerFor(grantor, developer, { scopes: ['grantor.clients:read'] });
    const reader = callerOf(grantor, limited, limited.call);
    for (const [method, path, body] of onOne) {
      const { status } = await reader.call(method, `/clients/${id}${path}`, body);
      expect(status).toBe(method === 'GET' ? 200 : 403);
    }
    expect((await reader.call('POST', '/clients', minimal)).status).toBe(403);
    expect((await reader.call('DELETE', '/clients')).status).toBe(403);
    expect((await reader.call('DELETE', '/clients/tenant')).status).toBe(403);
    expect(await developer.show(id)).toMatchObject({ name: minimal.name, enabled: true });
  });

  it('guests have no access to apps', async () => {
    const strict = await startClientsApiServer({ database, settings: { developers: 'administrators' } });
    try {
      const { developer: guest, administrator } = strict;
      const { client_id: id } = await administrator.create();
      for (const [method, path, body] of [
        ...onOne.map(([how, where, what]) => [how, `/${id}${where}`, what] as const),
        ['GET', '', undefined],
        ['POST', '', minimal],
        ['DELETE', '', undefined],
        ['DELETE', '/tenant', undefined],
        ['GET', '/info?limit=1', undefined],
      ] as const) {
        expect((await guest.call(method, `/clients${path}`, body)).status).toBe(403);
      }
      expect((await administrator.call('GET', `/clients/${id}`)).status).toBe(200);
    } finally {
      await strict.grantor.stop();
    }
  });

  describe('fields for administrators only', () => {
    it.each([
      ['audience', 'https://api.example.com'],
      ['compatibility', { allow_omitted_redirect_uri_at_token: true }],
      ['resources', ['https://api.example.com']],
      ['protected_resources', ['https://api.example.com']],
      ['refresh_token_rotation', false],
      ['access_token_format', 'opaque'],
    ])('%s is refused to developers by name, and accepted from administrators', async (field, value) => {
      const { developer, administrator } = server;
      const created = await developer.call('POST', '/clients', { ...minimal, [field]: value });
      expect(created.status).toBe(403);
      expect(await refusedFieldCodes(created)).toEqual({ [field]: undefined });

      const { client_id: id } = await developer.create();
      for (const method of ['PUT', 'PATCH']) {
        const changed = await developer.call(method, `/clients/${id}`, { name: 'Renamed', [field]: value });
        expect(changed.status).toBe(403);
        expect(await refusedFieldCodes(changed)).toEqual({ [field]: undefined });
      }
      expect(await developer.show(id)).toMatchObject({ name: minimal.name });
      const response = await administrator.call('PATCH', `/clients/${id}`, { [field]: value });
      expect(await response.json()).toMatchObject({ [field]: value });

      // The value that an administrator set may be sent again, but not removed.
      const shown = await developer.show(id);
      const back = await developer.call('PUT', `/clients/${id}`, { ...shown, name: 'Renamed' });
      expect(await back.json()).toMatchObject({ name: 'Renamed', [field]: value });
      const none = { compatibility: {}, access_token_format: 'jwt' }[field] ?? null;
      expect((await developer.call('PUT', `/clients/${id}`, { [field]: none })).status).toBe(403);
    });

    it('is refused before any other change is stored', async () => {
      const { developer, administrator } = server;
      const id = `chosen-${database}`;
      const response = await developer.call('POST', '/clients', { ...minimal, client_id: id });
      expect(response.status).toBe(403);
      expect(await refusedFieldCodes(response)).toEqual({ client_id: undefined });
      expect((await administrator.call('GET', `/clients/${id}`)).status).toBe(404);
      expect((await administrator.call('POST', '/clients', { ...minimal, client_id: id })).status).toBe(201);
    });

    it.each(['info', 'tenant', '.', '..'])('the client_id %s cannot be chosen', async (id) => {
      const response = await server.administrator.call('POST', '/clients', { ...minimal, client_id: id });
      expect(response.status).toBe(400);
      expect(await refusedFieldCodes(response)).toEqual({ client_id: 'ErrorPattern' });
    });
  });

  describe('an app that an administrator suspends', () => {
    const stops = [
      ['PATCH', '/activation', { status: false }],
      ['PUT', '', { enabled: false }],
      ['PATCH', '', { enabled: false }],
    ] as const;
    const starts = [
      ['PATCH', '/activation', { status: true }],
      ['PUT', '', { enabled: true }],
      ['PATCH', '', { enabled: true }],
    ] as const;

    it.each(stops)(
      'by %s%s %j can be seen and changed by its developer, but not enabled',
      async (method, path, body) => {
        const { developer, administrator } = server;
        const { client_id: id } = await developer.create();
        expect((await administrator.call(method, `/clients/${id}${path}`, body)).status).toBe(200);
        const stopped = { enabled: false, suspended: true, modified_by: administrator.id };
        expect(await developer.show(id)).toMatchObject(stopped);
        for (const [how, where, start] of starts) {
          expect((await developer.call(how, `/clients/${id}${where}`, start)).status).toBe(403);
        }
        expect(await developer.show(id)).toMatchObject(stopped);
        // Disabling the app does not remove the suspension.
        expect((await developer.call(method, `/clients/${id}${path}`, body)).status).toBe(200);
        expect((await developer.call('PATCH', `/clients/${id}`, { name: 'Better' })).status).toBe(200);
        expect((await developer.call('PATCH', `/clients/${id}/activation`, { status: true })).status).toBe(
          403,
        );
      },
    );

    it.each(starts)(
      'is enabled by an administrator with %s%s %j, and then also by its developer',
      async (...start) => {
        const { developer, administrator, otherAdministrator } = server;
        const { client_id: id } = await developer.create();
        const activation = `/clients/${id}/activation`;
        await administrator.call('PATCH', activation, { status: false });
        const [method, path, body] = start;
        expect((await otherAdministrator.call(method, `/clients/${id}${path}`, body)).status).toBe(200);
        expect(await developer.show(id)).toMatchObject({ enabled: true, suspended: false });
        expect((await developer.call('PATCH', activation, { status: false })).status).toBe(200);
        expect((await developer.call('PATCH', activation, { status: true })).status).toBe(200);
      },
    );

    it('stays disabled if its developer had disabled it before', async () => {
      const { developer, administrator } = server;
      const { client_id: id } = await developer.create();
      await developer.call('PATCH', `/clients/${id}/activation`, { status: false });
      expect(await developer.show(id)).toMatchObject({ enabled: false, suspended: false });
      await administrator.call('PATCH', `/clients/${id}/activation`, { status: false });
      expect((await developer.call('PATCH', `/clients/${id}/activation`, { status: true })).status).toBe(403);
    });

    it('is not suspended if it is the administrator’s own, or by another change', async () => {
      const { developer, administrator } = server;
      const own = await administrator.create();
      await administrator.call('PATCH', `/clients/${own.client_id}/activation`, { status: false });
      expect(await administrator.show(own.client_id)).toMatchObject({ enabled: false, suspended: false });

      const { client_id: id } = await developer.create();
      await developer.call('PATCH', `/clients/${id}/activation`, { status: false });
      await administrator.call('PUT', `/clients/${id}`, {
        ...(await administrator.show(id)),
        name: 'Renamed',
      });
      await administrator.call('PATCH', `/clients/${id}`, { description: 'Another' });
      expect(await developer.show(id)).toMatchObject({
        name: 'Renamed',
        description: 'Another',
        suspended: false,
      });
      expect((await developer.call('PATCH', `/clients/${id}/activation`, { status: true })).status).toBe(200);
    });

    it('cannot be set by any caller: suspended, created_by and the like are ignored', async () => {
      const { developer, otherDeveloper } = server;
      const { client_id: id } = await developer.create();
      const response = await developer.call('PUT', `/clients/${id}`, {
        suspended: true,
        created_by: otherDeveloper.id,
        tenant: 7,
        client_id: unknown,
      });
      expect(await response.json()).toMatchObject({
        client_id: id,
        suspended: false,
        created_by: developer.id,
        tenant: 1,
      });
      const made = await developer.call('POST', '/clients', { ...minimal, created_by: otherDeveloper.id });
      expect(made.status).toBe(400);
    });
  });
});
