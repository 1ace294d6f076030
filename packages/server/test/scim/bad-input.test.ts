import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addUser } from '../../../../test/kit/users.js';
import { GROUP, PATCH, patch, type ScimCall, scimClient, scimError, USER } from './support.js';

describe('SCIM refuses with an error of RFC 7644 §3.12', () => {
  let grantor: TestServer;
  let scim: ScimCall;
  let id: string;
  beforeAll(async () => {
    grantor = await startServer();
    scim = await scimClient(grantor);
    id = (await addUser(grantor)).id;
  });
  afterAll(() => grantor.stop());

  it.each([
    'userName',
    'userName eq',
    'userName eq ada',
    'userName eq "ada',
    'userName eq "ada" and',
    'userName eq "ada" "x"',
    'userName is "ada"',
    '(userName eq "ada"',
    'userName eq "ada")',
    'not userName eq "ada"',
    'emails[type eq "work"',
    'emails[unknown eq "work"]',
    'userName[type eq "work"]',
    'unknown eq "x"',
    'password eq "x"',
    'password pr',
    'active gt true',
    'active eq "yes"',
    'userName eq 5',
    'userName gt null',
    'userName eq {}',
    'userName eq "\\x"',
    'userName eq "a\u0000b"',
    '..',
    '(((((((((((((userName pr)))))))))))))',
    `userName eq "${'a'.repeat(3000)}"`,
    `${'userName pr and '.repeat(150)}userName pr`,
  ])('the filter %j', async (filter) => {
    const response = await scim('GET', `/Users?filter=${encodeURIComponent(filter)}`);
    expect(response).toMatchObject(scimError(400, 'invalidFilter'));
    expect(JSON.stringify(response.body)).not.toContain('aaaa');
  });

  it.each([
    ['startIndex=x', 'invalidValue'],
    ['count=1.5', 'invalidValue'],
    ['count=1&count=2', 'invalidValue'],
    ['attributes=a%20b', 'invalidPath'],
  ])('the query %s', async (query, scimType) => {
    expect(await scim('GET', `/Users?${query}`)).toMatchObject(scimError(400, scimType));
  });

  it.each([
    ['', 'invalidSyntax'],
    ['{', 'invalidSyntax'],
    ['[]', 'invalidSyntax'],
    ['null', 'invalidSyntax'],
    ['{"userName":"a","userName":"b"}', 'invalidSyntax'],
    [{ userName: 'a' }, 'invalidSyntax'],
    [{ schemas: 'x', userName: 'a' }, 'invalidSyntax'],
    [{ schemas: [GROUP], userName: 'a' }, 'invalidSyntax'],
    [{ schemas: [USER] }, 'invalidValue'],
    [{ schemas: [USER], userName: '' }, 'invalidValue'],
    [{ schemas: [USER], userName: 5 }, 'invalidValue'],
    [{ schemas: [USER], userName: 'a', username: 'b' }, 'invalidSyntax'],
    [{ schemas: [USER], userName: 'a', active: 'perhaps' }, 'invalidValue'],
    [{ schemas: [USER], userName: 'a', name: 'Ada' }, 'invalidValue'],
    [{ schemas: [USER], userName: 'a', name: { givenName: {} } }, 'invalidValue'],
    [{ schemas: [USER], userName: 'a', emails: 'none' }, 'invalidValue'],
    [{ schemas: [USER], userName: 'a', emails: [5] }, 'invalidValue'],
    [{ schemas: [USER], userName: 'a', password: 'short' }, 'invalidValue'],
    [{ schemas: [USER], userName: 'a', locale: '???' }, 'invalidValue'],
    [{ schemas: [USER], userName: 'a', profileUrl: 'javascript:alert(1)' }, 'invalidValue'],
    [{ schemas: [USER], userName: 'a\u0000b' }, 'invalidValue'],
    [{ schemas: [USER], userName: 'a', externalId: 'x'.repeat(300) }, 'invalidValue'],
  ])('the new user %j', async (body, scimType) => {
    expect(await scim('POST', '/Users', body)).toMatchObject(scimError(400, scimType));
  });

  it.each([
    [{ Operations: [] }, 'invalidSyntax'],
    [{ schemas: [PATCH] }, 'invalidSyntax'],
    [{ schemas: [PATCH], Operations: {} }, 'invalidSyntax'],
    [patch(), 'invalidSyntax'],
    [{ schemas: [PATCH], Operations: ['x'] }, 'invalidSyntax'],
    [
      {
        schemas: [PATCH],
        Operations: Array.from({ length: 501 }, () => ({ op: 'add', path: 'nickName', value: 'x' })),
      },
      'invalidSyntax',
    ],
    // Each comparison is made for every member of a group.
    [
      patch(
        ...Array.from({ length: 5 }, () => ({
          op: 'remove',
          path: `emails[not (value eq "x"${' and value eq "x"'.repeat(100)})]`,
        })),
      ),
      'tooMany',
    ],
    [patch({ op: 'move', path: 'nickName' }), 'invalidSyntax'],
    [patch({ op: 'remove' }), 'noTarget'],
    [patch({ op: 'add', value: 'x' }), 'invalidValue'],
    [patch({ op: 'add', path: 5, value: 'x' }), 'invalidPath'],
    [patch({ op: 'add', path: 'nick name', value: 'x' }), 'invalidPath'],
    [patch({ op: 'add', path: 'emails[', value: 'x' }), 'invalidPath'],
    [patch({ op: 'add', path: 'emails[type eq]', value: 'x' }), 'invalidFilter'],
    [patch({ op: 'add', path: 'userName[value eq "x"]', value: 'x' }), 'invalidPath'],
    [patch({ op: 'replace', path: 'emails[type ne "home" and value sw "x"].value', value: 'x' }), 'noTarget'],
    [patch({ op: 'replace', path: 'id', value: 'x' }), 'mutability'],
    [patch({ op: 'replace', path: 'meta.created', value: 'x' }), 'mutability'],
    [patch({ op: 'add', path: 'groups', value: [{ value: 'x' }] }), 'mutability'],
    [patch({ op: 'remove', path: 'userName' }), 'mutability'],
    [patch({ op: 'replace', path: 'active', value: 5 }), 'invalidValue'],
    [patch({ op: 'replace', path: '__proto__', value: {} }), 'invalidPath'],
    [patch({ op: 'replace', path: 'name.__proto__', value: 'x' }), 'invalidPath'],
  ])('the change %j', async (body, scimType) => {
    expect(await scim('PATCH', `/Users/${id}`, body)).toMatchObject(scimError(400, scimType));
  });

  it.each([
    [{ schemas: [GROUP] }, 'invalidValue'],
    [{ schemas: [GROUP], displayName: 'x', members: [{}] }, 'invalidValue'],
    [{ schemas: [GROUP], displayName: 'x', members: [{ value: 'unknown' }] }, 'invalidValue'],
    [{ schemas: [GROUP], displayName: 'x', members: [{ value: 'x', type: 'Group' }] }, 'invalidValue'],
    [
      { schemas: [GROUP], displayName: 'x', members: Array.from({ length: 20_001 }, () => ({ value: 'x' })) },
      'tooMany',
    ],
  ])('the new group %#', async (body, scimType) => {
    expect(await scim('POST', '/Groups', body)).toMatchObject(scimError(400, scimType));
  });

  it('what does not exist, other methods, media types and sizes', async () => {
    for (const path of [
      '/Users/unknown',
      `/Users/${randomUUID()}`,
      '/Groups/unknown',
      '/Schemas/x',
      '/Unknown',
    ]) {
      expect(await scim('GET', path)).toMatchObject(scimError(404));
    }
    expect(await scim('GET', '/Users/%00')).toMatchObject(scimError(404));
    expect(await scim('DELETE', '/Users')).toMatchObject(scimError(405));
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await scim('POST', '/Users', 'userName=a', form)).toMatchObject(scimError(415));
    expect(await scim('POST', '/Users', `{"x":"${'x'.repeat(1_100_000)}"}`)).toMatchObject(scimError(413));
    expect(await scim('GET', '/Schemas?filter=x')).toMatchObject(scimError(403));
  });

  it('a list with more members than fit in a response, which it has without them', async () => {
    const users = await Promise.all(Array.from({ length: 251 }, () => addUser(grantor)));
    const memberIds = users.map((user) => user.id);
    const group = { origin: 'scim', externalId: null, createdAt: 0, updatedAt: 0 } as const;
    const { groups } = grantor.server.store;
    await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        groups.create({ group: { ...group, id: randomUUID(), name: `Group ${index}` }, memberIds }),
      ),
    );
    expect(await scim('GET', '/Groups?count=200')).toMatchObject(scimError(400, 'tooMany'));
    const filter = encodeURIComponent(`members.value eq "${memberIds[0]}"`);
    expect(await scim('GET', `/Groups?filter=${filter}`)).toMatchObject(scimError(400, 'tooMany'));
    const short = await scim('GET', '/Groups?count=200&excludedAttributes=members');
    expect(short.body).toMatchObject({ totalResults: 200, itemsPerPage: 200 });
  });
});
