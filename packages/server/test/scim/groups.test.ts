import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addUser, type TestUser } from '../../../../test/kit/users.js';
import { GROUP, type Json, patch, type ScimCall, scimClient, scimError } from './support.js';

describe.each(databases)('SCIM groups on %s', (database) => {
  let grantor: TestServer;
  let scim: ScimCall;
  let users: readonly TestUser[];
  beforeAll(async () => {
    grantor = await startServer({ database });
    scim = await scimClient(grantor);
    users = [await addUser(grantor), await addUser(grantor), await addUser(grantor)];
  });
  afterAll(() => grantor.stop());

  const idOf = (index: number) => users[index]?.id ?? '';
  const create = async (...members: readonly number[]) => {
    const sent = {
      schemas: [GROUP],
      displayName: `Team ${randomUUID()}`,
      externalId: randomUUID(),
      members: members.map((index) => ({ value: idOf(index) })),
    };
    const { status, body } = await scim('POST', '/Groups', sent);
    expect(status).toBe(201);
    return { sent, body, id: String(body.id) };
  };
  const membersOf = (body: Json) => (body.members as readonly Json[]).map(({ value }) => value);
  const sorted = (...indexes: readonly number[]) => indexes.map(idOf).toSorted();

  it('are created with members, and members have the group (RFC 7643 §4.2, §4.1.2)', async () => {
    const { body, id, sent } = await create(0, 1);
    expect(body).toMatchObject({
      schemas: [GROUP],
      displayName: sent.displayName,
      externalId: sent.externalId,
      meta: { resourceType: 'Group', location: `${grantor.issuer}/scim/v2/Groups/${id}` },
    });
    expect(membersOf(body)).toEqual(sorted(0, 1));
    expect((await scim('GET', `/Groups/${id}`)).body).toEqual(body);
    const { groups } = (await scim('GET', `/Users/${idOf(0)}`)).body;
    expect(groups).toContainEqual({
      value: id,
      $ref: `${grantor.issuer}/scim/v2/Groups/${id}`,
      display: sent.displayName,
    });
    expect(
      await scim('POST', '/Groups', { ...sent, displayName: sent.displayName.toUpperCase() }),
    ).toMatchObject(scimError(409, 'uniqueness'));
  });

  it('get and lose members as Microsoft Entra and Okta send it (RFC 7644 §3.5.2)', async () => {
    const { id } = await create();
    const apply = async (...operations: readonly Json[]) => {
      const { status, body } = await scim('PATCH', `/Groups/${id}`, patch(...operations));
      expect(status).toBe(200);
      return membersOf(body);
    };
    expect(
      await apply({ op: 'Add', path: 'members', value: [{ value: idOf(0) }, { value: idOf(1) }] }),
    ).toEqual(sorted(0, 1));
    expect(
      await apply({ op: 'add', path: 'members', value: [{ value: idOf(1) }, { value: idOf(2) }] }),
    ).toEqual(sorted(0, 1, 2));
    expect(await apply({ op: 'Remove', path: 'members', value: [{ value: idOf(0) }] })).toEqual(sorted(1, 2));
    expect(await apply({ op: 'remove', path: `members[value eq "${idOf(1)}"]` })).toEqual(sorted(2));
    expect(await apply({ op: 'replace', path: 'members', value: [{ value: idOf(0) }] })).toEqual(sorted(0));
    // Okta sends the ID with the name.
    expect(await apply({ op: 'replace', value: { id, displayName: `New ${id}` } })).toEqual(sorted(0));
    expect(await apply({ op: 'remove', path: 'members' })).toEqual([]);
    const unknown = patch({ op: 'add', path: 'members', value: [{ value: 'unknown' }] });
    expect(await scim('PATCH', `/Groups/${id}`, unknown)).toMatchObject(scimError(400, 'invalidValue'));
  });

  it('are replaced, deleted, and change only as the client read them (RFC 7644 §3.5.1, §3.6, §3.14)', async () => {
    const { id, body, sent } = await create(0);
    const version = { 'if-match': String((body.meta as Json).version) };
    const put = { schemas: [GROUP], displayName: sent.displayName, members: [{ value: idOf(1) }] };
    const replaced = await scim('PUT', `/Groups/${id}`, put, version);
    expect(replaced.status).toBe(200);
    expect(membersOf(replaced.body)).toEqual(sorted(1));
    expect(replaced.body).not.toHaveProperty('externalId');
    expect(await scim('PUT', `/Groups/${id}`, put, version)).toMatchObject(scimError(412));
    expect(await scim('DELETE', `/Groups/${id}`, undefined, version)).toMatchObject(scimError(412));
    expect((await scim('DELETE', `/Groups/${id}`)).status).toBe(204);
    expect(await scim('GET', `/Groups/${id}`)).toMatchObject(scimError(404));
  });

  it('are found by name, external ID, ID and member, and listed without members (RFC 7644 §3.4.2)', async () => {
    const { id, sent } = await create(2);
    for (const filter of [
      `displayName eq "${sent.displayName.toUpperCase()}"`,
      `externalId eq "${sent.externalId}"`,
      `id eq "${id}" and members eq "${idOf(2)}"`,
      `members[value eq "${idOf(2)}"] and displayName sw "Team"`,
      `displayName co "${sent.displayName.slice(8)}"`,
    ]) {
      const query = `filter=${encodeURIComponent(filter)}&excludedAttributes=members`;
      const { body } = await scim('GET', `/Groups?${query}`);
      expect([filter, (body.Resources as readonly Json[]).map((group) => group.id)]).toEqual([filter, [id]]);
      expect(JSON.stringify(body)).not.toContain('"members"');
    }
    expect(await scim('GET', '/Groups?filter=members+pr')).toMatchObject(scimError(400, 'tooMany'));
    const { body } = await scim('GET', '/Groups?count=1');
    expect(body).toMatchObject({ itemsPerPage: 1, startIndex: 1 });
  });

  it('of the directory are not those of SCIM: they are neither found, changed nor listed', async () => {
    const { groups } = grantor.server.store;
    const [id, name] = [randomUUID(), `Directory ${randomUUID()}`];
    const group = { id, origin: 'ldap', name, externalId: null, createdAt: 0, updatedAt: 0 } as const;
    await groups.replaceGroupsOf(idOf(0), 'ldap', [group]);
    const joining = patch({ op: 'add', path: 'members', value: [{ value: idOf(1) }] });
    for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', joining]] as const) {
      expect(await scim(method, `/Groups/${id}`, body)).toMatchObject(scimError(404));
    }
    const sent = { schemas: [GROUP], displayName: name, members: [{ value: idOf(1) }] };
    expect(await scim('PUT', `/Groups/${id}`, sent)).toMatchObject(scimError(404));
    for (const filter of [`id eq "${id}"`, `displayName eq "${name}"`, `members.value eq "${idOf(0)}"`]) {
      const { body } = await scim('GET', `/Groups?filter=${encodeURIComponent(filter)}`);
      expect((body.Resources as readonly Json[]).map((each) => each.id)).not.toContain(id);
    }
    expect((await groups.members(id)).map((member) => member.id)).toEqual([idOf(0)]);
  });

  it('lose a member whose account is deleted', async () => {
    const user = await addUser(grantor);
    const { id } = await create();
    await scim('PATCH', `/Groups/${id}`, patch({ op: 'add', path: 'members', value: [{ value: user.id }] }));
    expect((await scim('DELETE', `/Users/${user.id}`)).status).toBe(204);
    expect(membersOf((await scim('GET', `/Groups/${id}`)).body)).toEqual([]);
  });

  it('are described by the configuration (RFC 7644 §4)', async () => {
    expect((await scim('GET', '/ServiceProviderConfig')).body).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: 200 },
      etag: { supported: true },
    });
    const types = (await scim('GET', '/ResourceTypes')).body.Resources as readonly Json[];
    expect(types.map(({ endpoint }) => endpoint)).toEqual(['/Users', '/Groups']);
    for (const { schema } of types) {
      const { body } = await scim('GET', `/Schemas/${String(schema)}`);
      expect(body).toMatchObject({ id: schema, attributes: expect.any(Array) });
    }
  });
});
