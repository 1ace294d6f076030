import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addUser } from '../../../../test/kit/users.js';

describe.each(databases)('the last administrator on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  const lose: readonly (readonly [string, (id: string) => Promise<Response>, number])[] = [
    ['deleted', (id) => grantor.api('DELETE', `/accounts/${id}`), 200],
    ['disabled', (id) => grantor.api('PATCH', `/accounts/${id}`, { disabled: true }), 200],
    ['demoted', (id) => grantor.api('PATCH', `/accounts/${id}`, { is_admin: false }), 200],
  ];

  it.each(lose)('cannot be %s, however many try at once', async (_name, act) => {
    const admins: string[] = [];
    for (let index = 0; index < 4; index += 1) {
      const { id } = await addUser(grantor, { isAdmin: true });
      admins.push(id);
    }
    // The administrator of the test before goes first, so that there are only these four.
    const { data } = await bodyOf<{ data: { id: string; is_admin: boolean; disabled: boolean }[] }>(
      await grantor.api('GET', '/accounts?limit=50'),
    );
    for (const { id } of data.filter((one) => one.is_admin && !one.disabled && !admins.includes(one.id))) {
      expect((await grantor.api('DELETE', `/accounts/${id}`)).status).toBe(200);
    }
    const statuses = await Promise.all(admins.map(async (id) => (await act(id)).status));
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 200, 200, 409]);
    const left = admins[statuses.indexOf(409)] ?? '';
    for (const [, again] of lose) expect((await again(left)).status).toBe(409);
    expect(await bodyOf(await grantor.api('GET', `/accounts/${left}`))).toMatchObject({
      is_admin: true,
      disabled: false,
    });
    expect((await grantor.api('PATCH', `/accounts/${left}`, { name: 'Still here' })).status).toBe(200);
  });
});
