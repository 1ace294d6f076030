import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { type ApiCaller, addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';

interface Listed {
  readonly data: readonly (Readonly<Record<string, unknown>> & { readonly id: string })[];
  readonly limit: number;
  readonly last_event_id: string | null;
  readonly last_created_on: string | null;
}

describe.each(databases)('GET /api/2.0/audit, on %s', (database) => {
  let grantor: TestServer;
  let admin: ApiCaller;
  let developer: ApiCaller;
  let clientId: string;
  let now = 1_800_000_000;
  const list = (query: string, by = admin) => bodyOf<Listed>(by.call('GET', `/audit?${query}`));
  const typesOf = ({ data }: Listed) => data.map(({ type }) => type);

  beforeAll(async () => {
    grantor = await startServer({ database, clock: () => now });
    admin = await addCaller(grantor, { isAdmin: true });
    developer = await addCaller(grantor);
    const app = { name: 'Diary', redirect_uris: ['https://app.example/cb'] };
    clientId = (await bodyOf<{ client_id: string }>(developer.call('POST', '/clients', app), 201)).client_id;
    now += 10;
    await bodyOf(admin.call('PATCH', `/clients/${clientId}`, { name: 'Travel diary' }));
    now += 10;
    await bodyOf(admin.call('DELETE', `/clients/${clientId}`));
    await bodyOf(admin.call('POST', '/registration-tokens', { name: 'For a partner' }), 201);
  });
  afterAll(() => grantor.stop());

  it('has actor, action, target, credential, address and the values before and after', async () => {
    const { data } = await list(`client_id=${clientId}&type=client.updated`);
    expect(data).toEqual([
      {
        id: expect.any(String),
        created_on: '2027-01-15T08:00:10.000Z',
        type: 'client.updated',
        actor: { type: 'account', id: admin.id, name: admin.user.name },
        via: `api_key:${admin.keyId}`,
        address: expect.any(String),
        target: { type: 'client', id: clientId },
        before: { name: 'Diary' },
        after: { name: 'Travel diary' },
        client_id: clientId,
        account_id: null,
        grant_id: null,
      },
    ]);
  });

  it('lists the events that match all filters, newest first, also about deleted objects', async () => {
    expect(typesOf(await list(`target_id=${clientId}`))).toEqual([
      'client.deleted',
      'client.updated',
      'client.created',
    ]);
    expect(typesOf(await list(`actor_id=${developer.id}`))).toEqual(['client.created']);
    expect(typesOf(await list(`actor_id=${admin.id}&type=client.*`))).toEqual([
      'client.deleted',
      'client.updated',
    ]);
    expect(typesOf(await list('target_type=registration_token'))).toEqual(['registration_token.created']);
    expect(typesOf(await list('from=2027-01-15T08:00:10Z&to=2027-01-15T08:00:20Z'))).toEqual([
      'client.updated',
    ]);
    // Between two seconds.
    expect(typesOf(await list('from=2027-01-15T08:00:00.5Z&to=2027-01-15T08:00:10.5Z'))).toEqual([
      'client.updated',
    ]);
    expect(typesOf(await list(`account_id=${admin.id}`))).toEqual([]);
  });

  it('has pages without gaps and repetitions', async () => {
    const all = await list('');
    const seen: string[] = [];
    let query = 'limit=1';
    for (;;) {
      const page = await list(query);
      seen.push(...page.data.map(({ id }) => id));
      if (page.last_event_id === null) break;
      query = `limit=1&last_event_id=${page.last_event_id}&last_created_on=${page.last_created_on}`;
    }
    expect(seen).toEqual(all.data.map(({ id }) => id));
    expect(seen).toHaveLength(4);
  });

  it.each([
    ['limit=0', 'limit'],
    ['limit=51', 'limit'],
    ['from=yesterday', 'from'],
    ['type=Client%00', 'type'],
    ['type=client.%2A.x', 'type'],
    ['type=%', 'type'],
    ['actor_id=%00', 'actor_id'],
    ['target_id=%ED%A0%80', 'target_id'],
    [`account_id=${'a'.repeat(257)}`, 'account_id'],
    ['last_event_id=a%20b&last_created_on=2027-01-15T08:00:10Z', 'last_event_id'],
  ])('refuses %s with 400 and the name of the parameter, without its value', async (query, field) => {
    const response = await admin.call('GET', `/audit?${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ field }] });
  });

  it('refuses an incomplete cursor and a repeated filter', async () => {
    for (const query of ['last_event_id=a', 'type=client.created&type=client.updated']) {
      expect((await admin.call('GET', `/audit?${query}`)).status).toBe(400);
    }
  });

  it('needs an administrator and a key with the scope', async () => {
    const scoped = await addCaller(grantor, { isAdmin: true, scopes: ['grantor.clients:write'] });
    const good = await addCaller(grantor, { isAdmin: true, scopes: ['grantor.audit:read'] });
    expect((await fetch(`${grantor.issuer}/api/2.0/audit`)).status).toBe(401);
    expect((await developer.call('GET', '/audit')).status).toBe(403);
    expect((await developer.call('GET', `/audit?client_id=${clientId}`)).status).toBe(403);
    expect((await scoped.call('GET', '/audit')).status).toBe(403);
    expect((await good.call('GET', '/audit')).status).toBe(200);
  });

  it('cannot be written to', async () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect((await admin.call(method, '/audit', {})).status).toBe(405);
    }
  });
});
