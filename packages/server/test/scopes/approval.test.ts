import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Call, refusedFieldCodes } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { appAt, errorOf, registerWith, type Shown } from './approval-support.js';
import { billing, defineBilling } from './billing.js';

interface Waiting {
  readonly data: readonly {
    readonly client_id: string;
    readonly scopes: readonly { readonly scope: string }[];
  }[];
  readonly last_client_id: string | null;
  readonly last_requested_on: string | null;
}

describe.each(databases)('scopes that need approval on %s', (database) => {
  let now = 1_800_000_000;
  let grantor: TestServer;
  let admin: Call;
  let developer: { readonly id: string; readonly call: Call };
  beforeAll(async () => {
    grantor = await startServer({
      database,
      settings: { registration: 'open' },
      clock: () => now,
    });
    admin = (await addCaller(grantor, { isAdmin: true })).call;
    developer = await addCaller(grantor);
    // A free write beside a read that needs approval: what write has with it must not open a side door.
    await defineBilling(admin, { read: { needs_approval: true } });
  });
  afterAll(() => grantor.stop());

  const register = (scopes: readonly string[], by = developer.call) => registerWith(by, scopes);
  const show = (id: string) => bodyOf<Shown>(admin('GET', `/clients/${id}`));
  const appOf = (shown: Shown) => appAt(grantor, shown);

  describe('for its developer', () => {
    it('are pending if an app is registered with them, and are not granted meanwhile', async () => {
      const made = await register(['openid', billing.name]);
      expect(made).toMatchObject({ scopes: ['openid'], pending_scopes: [billing.name] });
      expect(await errorOf(appOf(made), `openid ${billing.name}`)).toBe('invalid_scope');
    });

    it.each(['PUT', 'PATCH'])(
      'are pending if an app is changed with %s, and change nothing else',
      async (method) => {
        const made = await register(['openid']);
        const changed = await bodyOf(
          developer.call(method, `/clients/${made.client_id}`, {
            scopes: ['openid', billing.name, 'files:read'],
          }),
        );
        expect(changed).toMatchObject({ scopes: ['openid', 'files:read'], pending_scopes: [billing.name] });
      },
    );

    it('stay pending if the app is sent back as it was shown', async () => {
      const made = await register(['openid', billing.name]);
      const { client_secret: _, ...shown } = await show(made.client_id);
      const sent = { ...shown, scopes: [...shown.scopes] };
      expect(await bodyOf(developer.call('PUT', `/clients/${made.client_id}`, sent))).toMatchObject({
        scopes: ['openid'],
        pending_scopes: [billing.name],
      });
      const forged = { ...sent, pending_scopes: [] };
      expect(await bodyOf(developer.call('PUT', `/clients/${made.client_id}`, forged))).toMatchObject({
        pending_scopes: [billing.name],
      });
    });

    it('stay with an app that has them, also if its developer sends it back', async () => {
      const made = await register(['openid', billing.name]);
      await bodyOf(admin('POST', `/clients/${made.client_id}/scopes/approve`));
      const { client_secret: _, ...shown } = await show(made.client_id);
      expect(await bodyOf(developer.call('PUT', `/clients/${made.client_id}`, shown))).toMatchObject({
        scopes: ['openid', billing.name],
        pending_scopes: [],
      });
    });

    it('cannot be regained after their removal', async () => {
      const made = await register(['openid', billing.name]);
      const path = `/clients/${made.client_id}`;
      await bodyOf(admin('POST', `${path}/scopes/approve`));
      await bodyOf(developer.call('PATCH', path, { scopes: ['openid'] }));
      expect(await bodyOf(developer.call('PATCH', path, { scopes: ['openid', billing.name] }))).toMatchObject(
        {
          scopes: ['openid'],
          pending_scopes: [billing.name],
        },
      );
    });

    it('can be the only scopes of an app, which has none until they are approved', async () => {
      const made = await register([billing.name]);
      expect(made).toMatchObject({ scopes: [], pending_scopes: [billing.name] });
      for (const scope of [billing.name, 'openid', 'files:read'])
        expect(await errorOf(appOf(made), scope)).toBe('invalid_scope');
    });

    it('are withdrawn by the developer of the app only', async () => {
      const made = await register(['openid', billing.name]);
      const path = `/clients/${made.client_id}/scopes/refuse`;
      const stranger = await addCaller(grantor);
      expect((await stranger.call('POST', path)).status).toBe(404);
      expect(await bodyOf(developer.call('POST', path))).toMatchObject({
        scopes: ['openid'],
        pending_scopes: [],
      });
      expect((await developer.call('POST', path)).status).toBe(409);
    });

    it('cannot be approved by the developer who requested them', async () => {
      const made = await register(['openid', billing.name]);
      expect((await developer.call('POST', `/clients/${made.client_id}/scopes/approve`)).status).toBe(403);
      expect((await developer.call('GET', '/scope-requests')).status).toBe(403);
      expect((await show(made.client_id)).pending_scopes).toEqual([billing.name]);
    });
  });

  describe('for administrators', () => {
    it('are granted at once', async () => {
      expect(await register([billing.name], admin)).toMatchObject({
        scopes: [billing.name],
        pending_scopes: [],
      });
      const made = await register(['openid', billing.name]);
      expect(
        await bodyOf(admin('PATCH', `/clients/${made.client_id}`, { scopes: ['openid', billing.name] })),
      ).toMatchObject({ scopes: ['openid', billing.name], pending_scopes: [] });
    });

    it('are approved all or by name, and then granted', async () => {
      const made = await register(['openid', billing.name, 'grantor.clients:read']);
      const path = `/clients/${made.client_id}/scopes`;
      expect(await bodyOf(admin('POST', `${path}/approve`, { scopes: [billing.name] }))).toMatchObject({
        scopes: ['openid', billing.name],
        pending_scopes: ['grantor.clients:read'],
      });
      expect((await appOf(made).tokens({ scope: billing.name })).scope).toBe(billing.name);
      expect(await bodyOf(admin('POST', `${path}/refuse`))).toMatchObject({
        scopes: ['openid', billing.name],
        pending_scopes: [],
      });
      expect((await admin('POST', `${path}/approve`)).status).toBe(409);
    });

    it('are approved only if they are pending, for the version that was read', async () => {
      const made = await register(['openid', billing.name]);
      const path = `/clients/${made.client_id}/scopes/approve`;
      expect(
        await refusedFieldCodes(admin('POST', path, { scopes: [billing.name, 'grantor.audit:read'] })),
      ).toEqual({ 'scopes.1': 'ErrorInvalidScope' });
      expect((await admin('POST', path, { scopes: [] })).status).toBe(400);
      expect((await admin('POST', path, undefined, { 'if-match': '"older"' })).status).toBe(412);
      expect((await admin('POST', '/clients/unknown/scopes/approve')).status).toBe(404);
      const responses = await Promise.all([admin('POST', path), admin('POST', path)]);
      expect(responses.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    });

    it('are not granted if they were deleted meanwhile', async () => {
      await bodyOf(
        admin('POST', '/scopes', { ...billing, name: 'gone', group: 'files', needs_approval: true }),
        201,
      );
      const made = await register(['openid', 'gone']);
      await bodyOf(admin('DELETE', '/scopes/gone'));
      expect(await bodyOf(admin('POST', `/clients/${made.client_id}/scopes/approve`))).toMatchObject({
        scopes: ['openid'],
        pending_scopes: [],
      });
    });

    it('are listed by app in pages, the oldest request first', async () => {
      const before = await bodyOf<Waiting>(admin('GET', '/scope-requests?limit=50'));
      for (const { client_id } of before.data)
        await bodyOf(admin('POST', `/clients/${client_id}/scopes/refuse`));
      const ids: string[] = [];
      for (const _ of [1, 2, 3, 4, 5]) {
        ids.push((await register(['openid', billing.name])).client_id);
        if (ids.length !== 2) now += 10;
      }
      const seen: string[] = [];
      let query = 'limit=2';
      for (;;) {
        const page = await bodyOf<Waiting>(admin('GET', `/scope-requests?${query}`));
        seen.push(...page.data.map(({ client_id }) => client_id));
        if (page.last_client_id === null || page.last_requested_on === null) break;
        const cursor = { last_client_id: page.last_client_id, last_requested_on: page.last_requested_on };
        query = `limit=2&${new URLSearchParams(cursor).toString()}`;
      }
      const [first = '', second = '', third = '', ...rest] = ids;
      expect(seen).toEqual([first, ...[second, third].toSorted(), ...rest]);
      const { data } = await bodyOf<Waiting>(admin('GET', '/scope-requests?limit=1'));
      expect(data).toEqual([
        {
          client_id: first,
          name: 'App',
          created_by: developer.id,
          scopes: [{ scope: billing.name, requested_on: expect.any(String), requested_by: developer.id }],
        },
      ]);
      expect((await admin('GET', `/scope-requests?last_client_id=${first}`)).status).toBe(400);
      expect((await admin('GET', '/scope-requests?limit=0')).status).toBe(400);
    });

    it('have audit events for request, approval and refusal', async () => {
      const made = await register(['openid', billing.name, 'grantor.clients:read']);
      const path = `/clients/${made.client_id}/scopes`;
      await bodyOf(admin('POST', `${path}/approve`, { scopes: [billing.name] }));
      await bodyOf(admin('POST', `${path}/refuse`));
      const { data } = await bodyOf<{ data: Record<string, unknown>[] }>(
        admin('GET', `/audit?client_id=${made.client_id}`),
      );
      expect(data.find(({ type }) => type === 'client.created')).toMatchObject({
        after: { pending_scopes: [billing.name, 'grantor.clients:read'] },
      });
      expect(data.find(({ type }) => type === 'client.scopes_approved')).toMatchObject({
        before: { scopes: ['openid'], pending_scopes: [billing.name, 'grantor.clients:read'] },
        after: { scopes: ['openid', billing.name], pending_scopes: ['grantor.clients:read'] },
      });
      expect(data.find(({ type }) => type === 'client.scopes_refused')).toMatchObject({
        before: { pending_scopes: ['grantor.clients:read'] },
        after: { pending_scopes: [] },
      });
    });
  });
});
