import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventsOf } from '../../../../test/kit/audit-events.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addSignedInUser, addUser } from '../../../../test/kit/users.js';
import { sha256 } from '../../src/crypto/hash.js';
import { type Json, patch, type ScimCall, scimClient, scimError, scimWith, USER } from './support.js';

describe.each(databases)('SCIM users on %s', (database) => {
  let grantor: TestServer;
  let scim: ScimCall;
  beforeAll(async () => {
    grantor = await startServer({ database });
    scim = await scimClient(grantor);
  });
  afterAll(() => grantor.stop());

  /** As Microsoft Entra creates a user. */
  const newUser = (more: Json = {}) => ({
    schemas: [USER, 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
    externalId: randomUUID(),
    userName: `${randomUUID()}@example.com`,
    active: true,
    displayName: 'Ada Lovelace',
    emails: [{ primary: true, type: 'work', value: `${randomUUID()}@example.com` }],
    name: { formatted: 'Ada Lovelace', familyName: 'Lovelace', givenName: 'Ada' },
    title: 'Countess',
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { department: 'Engines' },
    ...more,
  });
  const create = async (more: Json = {}) => {
    const sent = newUser(more);
    const { status, body } = await scim('POST', '/Users', sent);
    expect(status).toBe(201);
    return { sent, body, id: String(body.id) };
  };
  const filtered = async (filter: string, path = '/Users') => {
    const { body } = await scim('GET', `${path}?filter=${encodeURIComponent(filter)}`);
    return (body.Resources as readonly Json[]).map(({ id }) => id);
  };

  it('are created with address and version, without the password (RFC 7644 §3.3)', async () => {
    const sent = newUser({ password: 'analytical-engine' });
    const { status, headers, body } = await scim('POST', '/Users', sent);
    expect(status).toBe(201);
    expect(headers.get('content-type')).toBe('application/scim+json');
    expect(body).toMatchObject({
      schemas: [USER],
      externalId: sent.externalId,
      userName: sent.userName,
      name: { givenName: 'Ada', familyName: 'Lovelace' },
      displayName: 'Ada Lovelace',
      active: true,
      emails: [{ value: sent.emails[0]?.value, type: 'work', primary: true }],
      groups: [],
      meta: { resourceType: 'User', location: `${grantor.issuer}/scim/v2/Users/${String(body.id)}` },
    });
    expect(headers.get('location')).toBe((body.meta as Json).location);
    expect(headers.get('etag')).toBe((body.meta as Json).version);
    expect(JSON.stringify(body)).not.toContain('password');
    expect((await scim('GET', `/Users/${String(body.id)}`)).body).toEqual(body);
  });

  it('have a unique userName and email address (RFC 7644 §3.3)', async () => {
    const { sent } = await create();
    expect(await scim('POST', '/Users', newUser({ userName: sent.userName.toUpperCase() }))).toMatchObject(
      scimError(409, 'uniqueness'),
    );
    const other = await create();
    const change = patch({ op: 'replace', path: 'userName', value: sent.userName });
    expect(await scim('PATCH', `/Users/${other.id}`, change)).toMatchObject(scimError(409, 'uniqueness'));
  });

  it('are found by userName, email address, external ID and ID (RFC 7644 §3.4.2.2)', async () => {
    const { sent, id } = await create();
    const email = sent.emails[0]?.value ?? '';
    for (const filter of [
      `userName eq "${sent.userName.toUpperCase()}"`,
      `USERNAME Eq "${sent.userName}" and active eq true`,
      `${USER}:userName eq "${sent.userName}"`,
      `emails eq "${email}"`,
      `emails.value eq "${email}"`,
      `emails[type eq "work" and value eq "${email}"]`,
      `externalId eq "${sent.externalId}"`,
      `id eq "${id}" and not (active eq false)`,
      `externalId eq "${sent.externalId}" and (name.familyName sw "love" or displayName co "nobody")`,
    ]) {
      expect([filter, await filtered(filter)]).toEqual([filter, [id]]);
    }
    for (const filter of [
      'userName eq "unknown"',
      `externalId eq "${sent.externalId.toUpperCase()}"`,
      `userName eq "${sent.userName}" and active eq false`,
    ]) {
      expect([filter, await filtered(filter)]).toEqual([filter, []]);
    }
  });

  it('are found by other attributes among a bounded number of users', async () => {
    const { id, body } = await create({ nickName: 'engine-of-all' });
    const created = String((body.meta as Json).created);
    expect(await filtered('nickName sw "ENGINE-of"')).toEqual([id]);
    expect(await filtered(`nickName pr and meta.created ge "${created}"`)).toEqual([id]);
    expect(await filtered(`nickName eq "engine-of-all" and meta.created lt "${created}"`)).toEqual([]);
    expect(await filtered('nickName ne "engine-of-all" and nickName pr')).toEqual([]);
  });

  it('are listed in pages from 1, oldest first (RFC 7644 §3.4.2.4)', async () => {
    for (let count = 0; count < 3; count += 1) await create();
    const all = (await scim('GET', '/Users?count=200')).body;
    const ids = (all.Resources as readonly Json[]).map(({ id }) => id);
    expect(all).toMatchObject({ totalResults: ids.length, startIndex: 1, itemsPerPage: ids.length });
    const page = (await scim('GET', '/Users?startIndex=2&count=2')).body;
    expect(page).toMatchObject({ totalResults: ids.length, startIndex: 2, itemsPerPage: 2 });
    expect((page.Resources as readonly Json[]).map(({ id }) => id)).toEqual(ids.slice(1, 3));
    expect((await scim('GET', '/Users?count=0')).body).toMatchObject({
      totalResults: ids.length,
      Resources: [],
    });
    expect((await scim('GET', '/Users?startIndex=-4&count=-1')).body).toMatchObject({
      startIndex: 1,
      Resources: [],
    });
  });

  it('have only the attributes that a client asks for (RFC 7644 §3.9)', async () => {
    const { id, body } = await create();
    const get = async (query: string) => (await scim('GET', `/Users/${id}?${query}`)).body;
    expect(await get('attributes=userName,name.givenName')).toEqual({
      schemas: [USER],
      id,
      userName: body.userName,
      name: { givenName: 'Ada' },
    });
    const { emails: _, ...others } = body;
    expect(await get('excludedAttributes=emails,id')).toEqual(others);
    expect(await scim('GET', `/Users/${id}?attributes=id&excludedAttributes=id`)).toMatchObject(
      scimError(400),
    );
  });

  it('are replaced: what is left out is removed (RFC 7644 §3.5.1)', async () => {
    const { id, sent } = await create({ nickName: 'Ada', active: false });
    const put = { schemas: [USER], id: 'another', userName: sent.userName, name: { givenName: 'Augusta' } };
    const { status, body } = await scim('PUT', `/Users/${id}`, put);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id, name: { givenName: 'Augusta' }, active: false });
    for (const name of ['emails', 'nickName', 'externalId']) expect(body).not.toHaveProperty(name);
    expect(body.name).toEqual({ givenName: 'Augusta' });
    expect(await scim('PUT', `/Users/${id}`, { schemas: [USER], displayName: 'x' })).toMatchObject(
      scimError(400, 'invalidValue'),
    );
  });

  it('are patched as Microsoft Entra and Okta do (RFC 7644 §3.5.2)', async () => {
    const { id } = await create();
    const apply = async (...operations: readonly Json[]) => {
      const { status, body } = await scim('PATCH', `/Users/${id}`, patch(...operations));
      expect([status, body.detail]).toEqual([200, undefined]);
      return body;
    };
    expect(
      await apply(
        { op: 'Replace', path: 'displayName', value: 'Augusta King' },
        { op: 'Add', path: 'name.middleName', value: 'Byron' },
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'augusta@example.com' },
        {
          op: 'Add',
          path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
          value: 'x',
        },
        { op: 'Add', path: 'addresses[type eq "work"].country', value: 'GB' },
      ),
    ).toMatchObject({
      displayName: 'Augusta King',
      name: { givenName: 'Ada', middleName: 'Byron' },
      emails: [{ value: 'augusta@example.com', primary: true }],
    });
    expect(
      await apply({ op: 'replace', value: { 'name.familyName': 'King', locale: 'en-GB' } }),
    ).toMatchObject({
      name: { familyName: 'King', givenName: 'Ada' },
      locale: 'en-GB',
    });
    expect(await apply({ op: 'add', value: { name: { givenName: 'Augusta' } } })).toMatchObject({
      name: { familyName: 'King', givenName: 'Augusta' },
    });
    expect(await apply({ op: 'remove', path: 'emails[type eq "work"]' })).not.toHaveProperty('emails');
    expect(
      await apply({ op: 'Replace', path: 'emails[type eq "work"].value', value: 'again@example.com' }),
    ).toMatchObject({ emails: [{ value: 'again@example.com' }] });
    expect(
      await apply({ op: 'remove', path: 'locale' }, { op: 'remove', path: 'name.middleName' }),
    ).toMatchObject({
      name: { familyName: 'King', givenName: 'Augusta' },
    });
    expect(await apply({ op: 'Replace', path: 'active', value: 'False' })).toMatchObject({ active: false });
    expect(await apply({ op: 'replace', value: { active: true } })).toMatchObject({ active: true });
  });

  it.each(['PATCH', 'DELETE'] as const)(
    'lose sessions, grants and API keys at once by %s, as the audit trail says',
    async (method) => {
      const end = async (id: string) => {
        const body = method === 'PATCH' ? patch({ op: 'replace', value: { active: false } }) : undefined;
        expect((await scim(method, `/Users/${id}`, body)).status).toBe(method === 'PATCH' ? 200 : 204);
      };
      const [{ user, cookie }, caller] = [await addSignedInUser(grantor), await addCaller(grantor)];
      const session = sha256(cookie.slice(cookie.indexOf('=') + 1));
      const { store } = grantor.server;
      expect(await store.sessions.find(session, user.createdAt)).toBeDefined();
      const events = await eventsOf(grantor, () => end(user.id));
      expect(await store.sessions.find(session, user.createdAt)).toBeUndefined();
      await end(caller.id);
      expect((await caller.call('GET', '/clients')).status).toBe(401);
      const types = events.map(({ type }) => type);
      expect(types).toContain('account.access_ended');
      expect(types).toContain(method === 'DELETE' ? 'account.deleted' : 'account.disabled');
      for (const event of events) expect(event).toMatchObject({ actor: { type: 'api_key' } });
    },
  );

  it('change only if they are as the client read them (RFC 7644 §3.14)', async () => {
    const { id, body } = await create();
    const version = String((body.meta as Json).version);
    const change = patch({ op: 'replace', path: 'displayName', value: 'First' });
    expect((await scim('PATCH', `/Users/${id}`, change, { 'if-match': version })).status).toBe(200);
    for (const [method, sent] of [
      ['PATCH', change],
      ['PUT', newUser()],
      ['DELETE', undefined],
    ] as const) {
      expect(await scim(method, `/Users/${id}`, sent, { 'if-match': version })).toMatchObject(scimError(412));
    }
    const { headers } = await scim('GET', `/Users/${id}`);
    const again = await scim('GET', `/Users/${id}`, undefined, {
      'if-none-match': headers.get('etag') ?? '',
    });
    expect(again.status).toBe(304);
  });

  it('who are administrators keep their login and password, and the last one stays', async () => {
    const boss = await addUser(grantor, { isAdmin: true });
    for (const operation of [
      { op: 'replace', path: 'password', value: 'another-password' },
      { op: 'replace', path: 'userName', value: 'someone@example.com' },
      { op: 'replace', path: 'emails', value: [{ value: 'someone@example.com' }] },
    ]) {
      expect(await scim('PATCH', `/Users/${boss.id}`, patch(operation))).toMatchObject(scimError(403));
    }
    expect(
      (await scim('PATCH', `/Users/${boss.id}`, patch({ op: 'replace', value: { displayName: 'B' } })))
        .status,
    ).toBe(200);
  });

  it('need an administrator and the scope of SCIM', async () => {
    const reader = await scimClient(grantor, 'grantor.scim:read');
    expect((await reader('GET', '/Users?count=1')).status).toBe(200);
    expect(await reader('POST', '/Users', newUser())).toMatchObject(scimError(403));
    const other = await scimClient(grantor, 'grantor.accounts:write');
    expect(await other('GET', '/Users')).toMatchObject(scimError(403));
    const { user } = await addCaller(grantor);
    expect(user.isAdmin).toBe(false);
    const stranger = await scimWith(grantor, 'sk-unknown')('GET', '/Users');
    expect(stranger).toMatchObject(scimError(401));
    expect(stranger.headers.get('www-authenticate')).toContain('Bearer');
    expect(stranger.headers.get('content-type')).toBe('application/scim+json');
  });
});
