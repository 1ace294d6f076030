import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { type ApiCaller, addCaller, callerFor } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import type { AppUser } from '../../../../test/kit/test-app.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { consentTo } from '../storage/fixtures.js';

interface ConsentPage {
  readonly data: readonly {
    readonly registered_client_id: string;
    readonly scopes: string;
    readonly access: readonly unknown[];
    readonly modified_at: string;
    readonly client: Readonly<Record<string, unknown>>;
  }[];
  readonly limit: number;
  readonly last_modified_on: string | null;
  readonly last_client_id: string | null;
}

describe.each(databases)('the consents API on %s', (database) => {
  let grantor: TestServer;
  let ada: ApiCaller;
  let grace: ApiCaller;
  let admin: ApiCaller;
  beforeAll(async () => {
    grantor = await startServer({ database, settings: { developers: 'administrators' } });
    ada = await callerFor(grantor, grantor.user);
    grace = await addCaller(grantor, { username: 'grace@example.com' });
    admin = await addCaller(grantor, { username: 'root@example.com', isAdmin: true });
  });
  afterAll(() => grantor.stop());

  /** An app as this user uses it. */
  const appOf = async (user: AppUser, metadata: Record<string, unknown> = {}) => {
    const app = await registerApp(grantor, metadata);
    return app.with({ user });
  };
  const eventsAbout = async (clientId: string) =>
    (await grantor.server.store.audit.list({ limit: 50, after: null }, { clientId })).items;

  describe('GET /consents', () => {
    const paths = ['/consents', '/oauth2/consents', '/clients/consents', '/oauth2/clients/consents'];
    it.each(paths)('lists what the caller allowed apps, as DocSpace does, at %s', async (path) => {
      const app = await appOf(grantor.user, { name: 'Photo printer' });
      await app.tokens({ scope: 'openid files:read' });
      const page = await bodyOf<ConsentPage>(await ada.call('GET', `${path}?limit=50`));
      expect(page).toMatchObject({ limit: 50, last_modified_on: null, last_client_id: null });
      expect(page.data.find((consent) => consent.registered_client_id === app.id)).toMatchObject({
        scopes: 'files:read openid',
        access: [
          { resource: null, scopes: ['openid'] },
          { resource: grantor.issuer, scopes: ['files:read'] },
        ],
        client: { client_id: app.id, name: 'Photo printer', public: true },
      });
      expect(JSON.stringify(page)).not.toContain(app.secret);
    });

    it('needs a limit from 1 to 50', async () => {
      for (const query of ['', '?limit=0', '?limit=51', '?limit=many']) {
        const response = await ada.call('GET', `/consents${query}`);
        expect(await bodyOf(response, 400)).toMatchObject({ errors: [{ field: 'limit' }] });
      }
    });

    it('has all consents on its pages, also those of the same second', async () => {
      const allowed: string[] = [];
      for (let count = 0; count < 5; count += 1) {
        const { client_id: id } = await grantor.register({ redirectUris: ['https://app.example.com/'] });
        await grantor.server.store.consents.add(grace.id, id, consentTo(['openid']), 4_000_000_000);
        allowed.push(id);
      }
      const seen: string[] = [];
      let query = 'limit=2';
      for (;;) {
        const page = await bodyOf<ConsentPage>(await grace.call('GET', `/consents?${query}`));
        seen.push(...page.data.map((consent) => consent.registered_client_id));
        if (page.last_modified_on === null) break;
        query = `limit=2&last_modified_on=${page.last_modified_on}&last_client_id=${page.last_client_id}`;
      }
      expect(seen).toHaveLength(5);
      expect(new Set(seen)).toEqual(new Set(allowed));
      // The cursor of the contract is only the time.
      const { data } = await bodyOf<ConsentPage>(
        await grace.call('GET', '/consents?limit=50&last_modified_on=2096-10-02T07:06:40.000Z'),
      );
      expect(data).toEqual([]);
    });

    it('accepts the time of a cursor in every form of ISO 8601 with an offset', async () => {
      const { client_id: id } = await grantor.register({ redirectUris: ['https://app.example.com/'] });
      await grantor.server.store.consents.add(admin.id, id, consentTo(['openid']), 4_000_000_000);
      const older = async (time: string) => {
        const query = `limit=1&last_modified_on=${encodeURIComponent(time)}`;
        const { data } = await bodyOf<ConsentPage>(await admin.call('GET', `/consents?${query}`));
        return data.length;
      };
      for (const [same, later] of [
        ['2096-10-02T07:06:40Z', '2096-10-02T07:06:41Z'],
        ['2096-10-02T07:06:40.000000+0000', '2096-10-02T07:06:41.000000+0000'],
        ['2096-10-02T01:36:40-0530', '2096-10-02T01:36:41-0530'],
        ['2096-10-02T12:36:40+05:30', '2096-10-02T12:36:41+05:30'],
      ] as const) {
        expect([same, await older(same)]).toEqual([same, 0]);
        expect([later, await older(later)]).toEqual([later, 1]);
      }
    });

    it('refuses a cursor that is not a time, is incomplete, or contains SQL', async () => {
      for (const query of [
        "last_modified_on='",
        'last_modified_on=2096-10-02T07:06:40',
        'last_modified_on=2096-10-02T07:06:40%2B0',
        'last_modified_on=2096-10-02T07:06:40%2B9999',
        'last_modified_on=0',
        'last_client_id=x',
        'last_client_id=%00',
      ]) {
        expect((await ada.call('GET', `/consents?limit=1&${query}`)).status).toBe(400);
      }
    });

    it('shows the consents of another user to administrators only: others get 404', async () => {
      const app = await appOf(grantor.user);
      await app.tokens();
      const path = `/consents?limit=50&account_id=${ada.id}`;
      const page = await bodyOf<ConsentPage>(await admin.call('GET', path));
      expect(page.data.map((consent) => consent.registered_client_id)).toContain(app.id);
      expect((await grace.call('GET', path)).status).toBe(404);
      expect((await grace.call('GET', `/consents/${app.id}?account_id=${ada.id}`)).status).toBe(404);
      expect((await grace.call('DELETE', `/consents/${app.id}?account_id=${ada.id}`)).status).toBe(404);
      expect((await ada.call('GET', `/consents/${app.id}`)).status).toBe(200);
    });
  });

  it('shows what an app was allowed and when, with the active grants', async () => {
    const app = await appOf(grantor.user);
    await app.tokens({ scope: 'openid' });
    await app.tokens({
      scope: 'openid profile',
      claims: JSON.stringify({ userinfo: { email: null } }),
    });
    const consent = await bodyOf(await ada.call('GET', `/consents/${app.id}`));
    const allowed = (name: string) => ({ name, allowed_on: expect.stringMatching(/^\d{4}-.*Z$/) as unknown });
    expect(consent).toMatchObject({
      registered_client_id: app.id,
      account_id: ada.id,
      scopes: [allowed('openid'), allowed('profile')].map((each) => ({ ...each, expires_on: null })),
      claims: [allowed('email')],
      resources: [allowed(grantor.issuer)],
      grants: [{ client_id: app.id }, { client_id: app.id }],
    });
    expect((await grace.call('GET', `/consents/${app.id}`)).status).toBe(404);
  });

  it('shows the users of an app to administrators only', async () => {
    const app = await registerApp(grantor);
    for (const caller of [ada, grace]) {
      await grantor.server.store.consents.add(caller.id, app.id, consentTo(['openid']), 4_000_000_000);
    }
    const path = `/clients/${app.id}/consents?limit=1`;
    const first = await bodyOf<{ data: unknown[] } & Record<string, string>>(await admin.call('GET', path));
    const cursor = `&last_modified_on=${first.last_modified_on}&last_account_id=${first.last_account_id}`;
    const second = await bodyOf<{ data: unknown[] }>(await admin.call('GET', path + cursor));
    const users = [...first.data, ...second.data] as { account_id: string; username: string }[];
    expect(new Set(users.map((one) => one.username))).toEqual(
      new Set([ada.user.username, grace.user.username]),
    );
    expect(second).toMatchObject({ last_modified_on: null, last_account_id: null });
    expect((await ada.call('GET', path)).status).toBe(403);
    expect((await admin.call('GET', '/clients/unknown/consents')).status).toBe(404);
  });

  describe.each(['jwt', 'opaque'])('revoking a consent (%s tokens)', (format) => {
    const revocations: readonly (readonly [string, (app: TestApp) => Promise<Response>])[] = [
      ['by the user', (app) => ada.call('DELETE', `/clients/${app.id}/revoke`)],
      ['by the user, under the other name', (app) => ada.call('DELETE', `/oauth2/clients/${app.id}/revoke`)],
      ['by the user, as a consent', (app) => ada.call('DELETE', `/consents/${app.id}`)],
      ['by an administrator', (app) => admin.call('DELETE', `/consents/${app.id}?account_id=${ada.id}`)],
    ];
    it.each(revocations)('ends at once everywhere: %s', async (_, revoke) => {
      const app = await appOf(grantor.user, { access_token_format: format });
      const pending = await app.code();
      const tokens = await app.tokens();
      const introspect = async (token: string) => bodyOf(await app.post('/oauth2/introspect', { token }));
      expect(await introspect(tokens.access_token)).toMatchObject({ active: true });

      const revoked = await revoke(app);
      expect(revoked.status).toBe(200);
      expect(await revoked.text()).toBe('');

      expect(await introspect(tokens.access_token)).toEqual({ active: false });
      expect(await introspect(tokens.refresh_token)).toEqual({ active: false });
      expect((await app.userinfo(tokens.access_token)).status).toBe(401);
      expect(await bodyOf(await app.refresh(tokens.refresh_token), 400)).toMatchObject({
        error: 'invalid_grant',
      });
      expect(await bodyOf(await app.exchange(pending), 400)).toMatchObject({ error: 'invalid_grant' });
      const page = await app.browser.open(app.authorizationUrl());
      expect(page.html).toContain('id="allow"');
      expect((await revoke(app)).status).toBe(404);
    });
  });

  it('revokes the consent of the caller, and leaves other users and other apps unchanged', async () => {
    const app = await appOf(grantor.user);
    const other = await appOf(grantor.user);
    const ofGrace = app.inNewBrowser(grace.user);
    const [own, otherApp, hers] = [await app.tokens(), await other.tokens(), await ofGrace.tokens()];
    expect((await ada.call('DELETE', `/clients/${app.id}/revoke`)).status).toBe(200);
    expect((await app.userinfo(own.access_token)).status).toBe(401);
    expect((await other.userinfo(otherApp.access_token)).status).toBe(200);
    expect((await app.userinfo(hers.access_token)).status).toBe(200);
  });

  it('revokes the consent for a disabled app', async () => {
    const app = await appOf(grantor.user);
    await app.tokens();
    await grantor.api('PATCH', `/clients/${app.id}`, { enabled: false });
    expect((await ada.call('DELETE', `/clients/${app.id}/revoke`)).status).toBe(200);
  });

  it.each(['nothing', '../admin', '%00', '%ED%A0%80', '__proto__', 'x'.repeat(300)])(
    'responds with 404 without a consent: %s',
    async (id) => {
      expect((await ada.call('DELETE', `/clients/${encodeURI(id)}/revoke`)).status).toBe(404);
      expect((await ada.call('DELETE', `/consents/${encodeURI(id)}`)).status).toBe(404);
    },
  );

  it('gets 404 with a key of the deployment', async () => {
    const app = await appOf(grantor.user);
    const { access_token: token } = await app.tokens();
    expect((await grantor.api('DELETE', `/clients/${app.id}/revoke`)).status).toBe(404);
    expect((await app.userinfo(token)).status).toBe(200);
  });

  it('needs a key with the scope for consents, and the write scope to revoke', async () => {
    const app = await appOf(grantor.user);
    await app.tokens();
    const reader = await callerFor(grantor, grantor.user, { scopes: ['grantor.consents:read'] });
    const other = await callerFor(grantor, grantor.user, { scopes: ['grantor.clients:write'] });
    expect((await reader.call('GET', `/consents/${app.id}`)).status).toBe(200);
    expect((await reader.call('DELETE', `/consents/${app.id}`)).status).toBe(403);
    expect((await reader.call('DELETE', `/clients/${app.id}/revoke`)).status).toBe(403);
    expect((await other.call('GET', '/consents?limit=1')).status).toBe(403);
    expect((await fetch(`${grantor.issuer}/api/2.0/consents?limit=1`)).status).toBe(401);
  });

  it('writes one event with actor, app and scopes, and without secrets', async () => {
    const app = await appOf(grantor.user);
    const tokens = await app.tokens({ scope: 'openid files:read' });
    await Promise.all([1, 2, 3].map(() => admin.call('DELETE', `/consents/${app.id}?account_id=${ada.id}`)));
    const events = (await eventsAbout(app.id)).filter(({ type }) => type === 'consent.revoked');
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      actor: { type: 'account', id: admin.id },
      accountId: ada.id,
      target: { type: 'client', id: app.id },
      before: {
        access: [
          { resource: null, scopes: ['openid'] },
          { resource: grantor.issuer, scopes: ['files:read'] },
        ],
      },
    });
    for (const secret of [tokens.access_token, tokens.refresh_token, app.secret]) {
      expect(JSON.stringify(events)).not.toContain(secret);
    }
  });
});
