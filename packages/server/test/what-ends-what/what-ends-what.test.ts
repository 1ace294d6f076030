import { loadConfig } from '@grantor/server';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { openKeyManagement } from '../../src/compose/key-management.js';
import type { Repeat } from '../../src/timers/timers.js';
import { rotate } from '../client-credentials-rotation/support.js';
import { type AccessState, createUserAccess, type UserAccess } from './user-access.js';

/** Everything works except what a row of the table ends. */
const active = (format: 'jwt' | 'opaque', ended: Partial<AccessState> = {}): AccessState => ({
  code: true,
  access: true,
  signature: format === 'jwt' ? true : null,
  offlineAccess: true,
  refresh: true,
  offlineRefresh: true,
  consent: true,
  own: true,
  personal: true,
  apiKey: true,
  session: true,
  ownedApp: true,
  ownedToken: true,
  ...ended,
});

/** All access that a user gave to one app. */
const given = { code: false, access: false, offlineAccess: false, refresh: false, offlineRefresh: false };

const kinds = databases.flatMap((database) =>
  (['jwt', 'opaque'] as const).map((format) => ({ database, format })),
);

describe.each(kinds)('what ends what (docs/what-ends-what.md), on $database with $format tokens', (kind) => {
  const { database, format } = kind;
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  /** As an administrator. */
  const call = async (method: string, path: string, body?: unknown) => {
    await bodyOf(grantor.api(method, path, body));
  };
  /** As the user. */
  const callAs = async ({ credentials: { user } }: UserAccess, method: string, path: string) => {
    await bodyOf(user.call(method, path));
  };

  it('everything works before anything happens', async () => {
    const access = await createUserAccess(grantor, format);
    expect(await access.state()).toEqual(active(format));
  });

  it.each([
    ['by itself', 'DELETE', '/access', undefined],
    [
      'together with a new password',
      'PATCH',
      '',
      { password: 'a password that is another', end_access: true },
    ],
  ])(
    'ending all access of a user, %s, leaves the account, its consents and its apps',
    async (_, method, path, body) => {
      const access = await createUserAccess(grantor, format);
      await call(method, `/accounts/${access.credentials.user.id}${path}`, body);
      expect(await access.state()).toEqual(
        active(format, { ...given, personal: false, apiKey: false, session: false, ownedToken: false }),
      );
    },
  );

  it('ending all access of a user ends no access of others, is in the audit trail, and can be repeated', async () => {
    const [access, other] = [
      await createUserAccess(grantor, format),
      await createUserAccess(grantor, format),
    ];
    const { id: accountId } = access.credentials.user;
    const ended = async (id: string) => {
      const response = await grantor.api('DELETE', `/accounts/${id}/access`);
      return [response.status, await response.json()];
    };
    const all = { sessions: 1, grants: 4, api_keys: 1, apps: 1 };
    expect(await ended(accountId)).toEqual([200, all]);
    expect(await ended(accountId)).toEqual([200, { sessions: 0, grants: 0, api_keys: 0, apps: 1 }]);
    expect((await ended('unknown-id'))[0]).toBe(404);
    expect(await other.state()).toEqual(active(format));
    const { items } = await grantor.server.store.audit.list(
      { limit: 9, after: null },
      { targetId: accountId },
    );
    expect(items.filter(({ type }) => type === 'account.access_ended').at(-1)).toMatchObject({ after: all });
  });

  it('revoking an access token ends only that token (RFC 7009 §2.1)', async () => {
    const access = await createUserAccess(grantor, format);
    const { app, online } = access.credentials;
    expect((await app.revoke(online.access_token)).status).toBe(200);
    expect(await access.state()).toEqual(active(format, { access: false }));
  });

  it('revoking a refresh token ends its grant (RFC 7009 §2.1)', async () => {
    const access = await createUserAccess(grantor, format);
    const { app, online } = access.credentials;
    expect((await app.revoke(online.refresh_token)).status).toBe(200);
    expect(await access.state()).toEqual(active(format, { access: false, refresh: false }));
  });

  it.each(['the user', 'an administrator'])(
    'withdrawing consent, by %s, ends all access that the user gave to the app',
    async (who) => {
      const access = await createUserAccess(grantor, format);
      const { user, app } = access.credentials;
      if (who === 'the user') await callAs(access, 'DELETE', `/clients/${app.id}/revoke`);
      else await call('DELETE', `/consents/${app.id}?account_id=${user.id}`);
      expect(await access.state()).toEqual(active(format, { ...given, personal: false, consent: false }));
    },
  );

  it('signing out ends the session and all access without offline access', async () => {
    const access = await createUserAccess(grantor, format);
    const { browser } = access.credentials.app;
    const page = await browser.open(`${grantor.issuer}/oauth2/logout`);
    await browser.submit(page, 'sign-out');
    expect(await access.state()).toEqual(
      active(format, { session: false, code: false, access: false, refresh: false }),
    );
  });

  it('disabling an app ends all access that it has, and keeps the consents', async () => {
    const access = await createUserAccess(grantor, format);
    await call('PATCH', `/clients/${access.credentials.app.id}/activation`, { status: false });
    expect(await access.state()).toEqual(active(format, { ...given, own: false, personal: false }));
  });

  it.each([
    ['PATCH', '/activation', { status: false }, { status: true }],
    ['PATCH', '', { enabled: false }, { enabled: true }],
    ['PUT', '', { enabled: false }, { enabled: true }],
  ] as const)('enabling an app again restores nothing (%s %s)', async (method, path, off, on) => {
    const access = await createUserAccess(grantor, format);
    const at = `/clients/${access.credentials.app.id}${path}`;
    await call(method, at, off);
    await call(method, at, on);
    expect(await access.state()).toEqual(active(format, { ...given, own: false, personal: false }));
    // It works as before, and the user is not asked for consent again.
    expect(await access.credentials.app.tokens()).toMatchObject({ access_token: expect.any(String) });
  });

  it('enabling an app that is enabled ends nothing, and neither does any other change of it', async () => {
    const access = await createUserAccess(grantor, format);
    const { id } = access.credentials.app;
    await call('PATCH', `/clients/${id}/activation`, { status: true });
    await call('PATCH', `/clients/${id}`, { enabled: true, name: 'Another name' });
    expect(await access.state()).toEqual(active(format));
  });

  it('rotating a secret at once ends all access that the app has', async () => {
    const access = await createUserAccess(grantor, format);
    const { app } = access.credentials;
    const { client_secret: secret } = await rotate(grantor, app.id);
    expect(await access.withAppSecret(secret).state()).toEqual(
      active(format, { ...given, own: false, personal: false }),
    );
  });

  it('rotating a secret with an overlap ends nothing, for either secret', async () => {
    const access = await createUserAccess(grantor, format);
    const { app } = access.credentials;
    const { client_secret: secret } = await rotate(grantor, app.id, { overlap_seconds: 600 });
    expect(await app.tokens()).toMatchObject({ access_token: expect.any(String) });
    expect(await access.withAppSecret(secret).state()).toEqual(active(format));
  });

  it('deleting an app ends all access that it has, and the consents to it', async () => {
    const access = await createUserAccess(grantor, format);
    await call('DELETE', `/clients/${access.credentials.app.id}`);
    expect(await access.state()).toEqual(
      active(format, { ...given, own: false, personal: false, consent: false }),
    );
  });

  it('deleting an API key ends only the key', async () => {
    const access = await createUserAccess(grantor, format);
    await callAs(access, 'DELETE', `/keys/${access.credentials.user.keyId}`);
    expect(await access.state()).toEqual(active(format, { apiKey: false }));
  });

  describe('a change of the account', () => {
    const user = (access: UserAccess) => `/accounts/${access.credentials.user.id}`;
    const ofUser = { ...given, personal: false, session: false };

    it('disabling a user ends their sessions, keys and all access that they gave; their apps keep working', async () => {
      const access = await createUserAccess(grantor, format);
      await call('PATCH', user(access), { disabled: true });
      expect(await access.state()).toEqual(active(format, { ...ofUser, apiKey: false }));
    });

    it('enabling a user again restores their keys and nothing else', async () => {
      const access = await createUserAccess(grantor, format);
      await call('PATCH', user(access), { disabled: true });
      await call('PATCH', user(access), { disabled: false });
      expect(await access.state()).toEqual(active(format, ofUser));
    });

    it('deleting a user ends all their access, and disables their apps until an administrator enables them', async () => {
      const access = await createUserAccess(grantor, format);
      const { owned } = access.credentials;
      await call('DELETE', user(access));
      expect(await access.state()).toEqual(
        active(format, {
          ...ofUser,
          apiKey: false,
          consent: false,
          ownedApp: false,
          ownedToken: false,
        }),
      );
      await call('PATCH', `/clients/${owned.id}/activation`, { status: true });
      expect(await access.state()).toMatchObject({ ownedApp: true, ownedToken: false });
    });
  });
});

describe.each(kinds)(
  'replacing the signing keys, on $database with $format tokens',
  ({ database, format }) => {
    it('ends every signed token and nothing else', async () => {
      const databaseUrl = await createDatabase(database);
      const timers: (() => Promise<void>)[] = [];
      const repeat: Repeat = (_seconds, task) => {
        timers.push(task);
        return async () => {};
      };
      const grantor = await startServer({ settings: { databaseUrl }, repeat });
      onTestFinished(() => grantor.stop());
      const access = await createUserAccess(grantor, format);
      const secret = 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi';
      const management = await openKeyManagement(
        loadConfig({}, { issuer: grantor.issuer, databaseUrl, secret, logLevel: 'silent' }),
        { stretch: cheapStretch },
      );
      await management.replace();
      await management.close();
      for (const task of timers) await task();
      const signed = { access: false, signature: false, offlineAccess: false, own: false, personal: false };
      // The app that the user registered gets signed tokens in both cases.
      const ended = { ...(format === 'jwt' ? signed : {}), ownedToken: false };
      expect(await access.state()).toEqual(active(format, ended));
    });
  },
);
