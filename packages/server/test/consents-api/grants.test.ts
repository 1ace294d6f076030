import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { type ApiCaller, addCaller, callerFor } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

interface Grant {
  readonly id: string;
  readonly client_id: string;
  readonly account_id: string;
}
interface GrantPage {
  readonly data: readonly Grant[];
  readonly last_grant_id: string | null;
  readonly last_created_on: string | null;
}

describe.each(databases)('the grants API on %s', (database) => {
  let grantor: TestServer;
  let ada: ApiCaller;
  let grace: ApiCaller;
  let admin: ApiCaller;
  beforeAll(async () => {
    grantor = await startServer({ database });
    ada = await callerFor(grantor, grantor.user);
    grace = await addCaller(grantor, { username: 'grace@example.com' });
    admin = await addCaller(grantor, { username: 'root@example.com', isAdmin: true });
  });
  afterAll(() => grantor.stop());

  const list = async (caller: ApiCaller, query = '') =>
    bodyOf<GrantPage>(await caller.call('GET', `/grants${query}`));

  it('lists the grants of one user to one app page by page, and no other on any page', async () => {
    const app = await registerApp(grantor);
    const other = await registerApp(grantor);
    for (let count = 0; count < 5; count += 1) {
      await app.tokens();
      await other.tokens();
    }
    const filter = `?account_id=${ada.id}&client_id=${app.id}&limit=2`;
    const pages: Grant[][] = [];
    let query = filter;
    for (;;) {
      const page = await list(admin, query);
      pages.push([...page.data]);
      if (page.last_grant_id === null) break;
      query = `${filter}&last_grant_id=${page.last_grant_id}&last_created_on=${page.last_created_on}`;
    }
    expect(pages.map((page) => page.length)).toEqual([2, 2, 1]);
    const seen = pages.flat();
    expect(new Set(seen.map(({ id }) => id)).size).toBe(5);
    for (const grant of seen) expect(grant).toMatchObject({ client_id: app.id, account_id: ada.id });
  });

  it('lists what the caller gave, newest first, page by page, without any token', async () => {
    const app = await registerApp(grantor, { name: 'Photo printer', audience: 'https://api.example.com' });
    const tokens = [await app.tokens(), await app.tokens({ scope: 'openid files:read' }), await app.tokens()];
    const seen: Grant[] = [];
    let query = `?client_id=${app.id}&limit=2`;
    for (;;) {
      const page = await list(ada, query);
      seen.push(...page.data);
      if (page.last_grant_id === null) break;
      query = `?client_id=${app.id}&limit=2&last_grant_id=${page.last_grant_id}&last_created_on=${page.last_created_on}`;
    }
    expect(seen).toHaveLength(3);
    expect(seen.find((grant) => 'scopes' in grant && String(grant.scopes).includes('files'))).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/) as unknown,
      kind: 'authorization_code',
      client_id: app.id,
      client_name: 'Photo printer',
      account_id: ada.id,
      scopes: ['openid', 'files:read'],
      audience: ['https://api.example.com'],
      access: [{ resource: 'https://api.example.com', scopes: ['files:read'] }],
      created_on: expect.stringMatching(/Z$/) as unknown,
    });
    for (const { access_token, refresh_token } of tokens) {
      expect(JSON.stringify(seen)).not.toContain(access_token);
      expect(JSON.stringify(seen)).not.toContain(refresh_token);
    }
  });

  it('shows and ends one grant with its tokens, and no other; the consent stays', async () => {
    const app = await registerApp(grantor);
    const kept = await app.tokens();
    const before = await list(ada, `?client_id=${app.id}`);
    const ended = await app.tokens();
    const after = await list(ada, `?client_id=${app.id}`);
    const [grant] = after.data.filter(({ id }) => before.data.every((other) => other.id !== id));
    const path = `/grants/${grant?.id}`;
    expect(await bodyOf(await ada.call('GET', path))).toEqual(grant);

    const response = await ada.call('DELETE', path);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
    expect((await app.userinfo(ended.access_token)).status).toBe(401);
    expect((await app.refresh(ended.refresh_token)).status).toBe(400);
    expect((await app.userinfo(kept.access_token)).status).toBe(200);
    expect(await list(ada, `?client_id=${app.id}`)).toEqual(before);
    for (const method of ['GET', 'DELETE']) expect((await ada.call(method, path)).status).toBe(404);
    expect((await app.authorize()).searchParams.has('code')).toBe(true);
    const { items: events } = await grantor.server.store.audit.list(
      { limit: 5, after: null },
      { targetId: grant?.id },
    );
    expect(events).toMatchObject([{ type: 'grant.revoked', actor: { id: ada.id }, accountId: ada.id }]);
  });

  it('shows the grants of another user to administrators only', async () => {
    const app = await registerApp(grantor);
    const tokens = await app.tokens();
    const [grant] = (await list(ada, `?client_id=${app.id}`)).data;
    const path = `/grants/${grant?.id}`;
    expect((await list(grace, `?client_id=${app.id}`)).data).toEqual([]);
    expect((await grace.call('GET', `/grants?account_id=${ada.id}`)).status).toBe(404);
    for (const method of ['GET', 'DELETE']) expect((await grace.call(method, path)).status).toBe(404);
    expect((await app.userinfo(tokens.access_token)).status).toBe(200);

    expect((await list(admin, `?client_id=${app.id}`)).data).toEqual([grant]);
    expect((await list(admin, `?account_id=${ada.id}`)).data).toContainEqual(grant);
    expect((await list(admin, `?account_id=${grace.id}&client_id=${app.id}`)).data).toEqual([]);
    expect((await admin.call('DELETE', path)).status).toBe(200);
    expect((await app.userinfo(tokens.access_token)).status).toBe(401);
  });

  it.each(['unknown', '%00', '__proto__', 'x'.repeat(300)])(
    'responds with 404 to the grant %s',
    async (id) => {
      for (const method of ['GET', 'DELETE'])
        expect((await admin.call(method, `/grants/${id}`)).status).toBe(404);
    },
  );

  it('refuses a cursor that is incomplete or not a time', async () => {
    for (const query of ['last_grant_id=x', 'last_created_on=2026-01-01T00:00:00Z', 'last_created_on=now']) {
      expect((await ada.call('GET', `/grants?${query}`)).status).toBe(400);
    }
  });
});
