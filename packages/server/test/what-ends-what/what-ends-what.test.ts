import { join } from 'node:path';
import { loadConfig } from '@grantor/server';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { databases, startGrantor, type TestGrantor } from '../../../../test/kit/grantor.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';
import { createPostgresDatabase } from '../../../../test/kit/test-database.js';
import { openKeyManagement } from '../../src/compose/key-management.js';
import type { Repeat } from '../../src/timers/timers.js';
import { rotate, withSecret } from '../client-credentials-rotation/support.js';
import { createWorld, type Standing, World } from './world.js';

/** Everything is good, but for what a row of the table ends. */
const good = (format: 'jwt' | 'opaque', ended: Partial<Standing> = {}): Standing => ({
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

/** All that a person gave to one app. */
const given = { code: false, access: false, offlineAccess: false, refresh: false, offlineRefresh: false };

const kinds = databases.flatMap((database) =>
  (['jwt', 'opaque'] as const).map((format) => ({ database, format })),
);

describe.each(kinds)('what ends what (docs/what-ends-what.md), on $database with $format tokens', (kind) => {
  const { database, format } = kind;
  let grantor: TestGrantor;
  beforeAll(async () => {
    grantor = await startGrantor({ database });
  });
  afterAll(() => grantor.stop());

  /** As an administrator. */
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await grantor.api(method, path, body);
    expect(response.status, await response.text()).toBe(200);
  };
  /** As the person. */
  const callAs = async ({ things: { key } }: World, method: string, path: string) => {
    const headers = { authorization: `Bearer ${key.key}` };
    const response = await fetch(`${grantor.issuer}/api/2.0${path}`, { method, headers });
    expect(response.status, await response.text()).toBe(200);
  };

  it('is good before anything has happened', async () => {
    const world = await createWorld(grantor, format);
    expect(await world.standing()).toEqual(good(format));
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
      const world = await createWorld(grantor, format);
      await call(method, `/accounts/${world.things.accountId}${path}`, body);
      expect(await world.standing()).toEqual(
        good(format, { ...given, personal: false, apiKey: false, session: false, ownedToken: false }),
      );
    },
  );

  it('ending all access of a user ends nothing of others, is remembered, and is harmless when it is repeated', async () => {
    const [world, other] = [await createWorld(grantor, format), await createWorld(grantor, format)];
    const { accountId } = world.things;
    const ended = async (id: string) => {
      const response = await grantor.api('DELETE', `/accounts/${id}/access`);
      return [response.status, await response.json()];
    };
    const all = { sessions: 1, grants: 4, api_keys: 1, apps: 1 };
    expect(await ended(accountId)).toEqual([200, all]);
    expect(await ended(accountId)).toEqual([200, { sessions: 0, grants: 0, api_keys: 0, apps: 1 }]);
    expect((await ended('nobody-with-this-id'))[0]).toBe(404);
    expect(await other.standing()).toEqual(good(format));
    const { items } = await grantor.server.store.audit.list(
      { limit: 9, after: null },
      { targetId: accountId },
    );
    expect(items.filter(({ type }) => type === 'account.access_ended').at(-1)).toMatchObject({ after: all });
  });

  it('revoking an access token ends it alone (RFC 7009 §2.1)', async () => {
    const world = await createWorld(grantor, format);
    const { app, online } = world.things;
    expect((await app.revoke(online.access_token)).status).toBe(200);
    expect(await world.standing()).toEqual(good(format, { access: false }));
  });

  it('revoking a refresh token ends its grant (RFC 7009 §2.1)', async () => {
    const world = await createWorld(grantor, format);
    const { app, online } = world.things;
    expect((await app.revoke(online.refresh_token)).status).toBe(200);
    expect(await world.standing()).toEqual(good(format, { access: false, refresh: false }));
  });

  it.each(['the person', 'an administrator'])(
    'withdrawing consent, by %s, ends all that the person gave to the app',
    async (who) => {
      const world = await createWorld(grantor, format);
      const { accountId, app } = world.things;
      if (who === 'the person') await callAs(world, 'DELETE', `/clients/${app.id}/revoke`);
      else await call('DELETE', `/consents/${app.id}?account_id=${accountId}`);
      expect(await world.standing()).toEqual(good(format, { ...given, personal: false, consent: false }));
    },
  );

  it('signing out ends the session and what was not given for offline access', async () => {
    const world = await createWorld(grantor, format);
    const { browser } = world.things.app;
    const page = await browser.open(`${grantor.issuer}/oauth2/logout`);
    await browser.submit(page, 'sign-out');
    expect(await world.standing()).toEqual(
      good(format, { session: false, code: false, access: false, refresh: false }),
    );
  });

  it('disabling an app ends all access that it has, and forgets no consent', async () => {
    const world = await createWorld(grantor, format);
    await call('PATCH', `/clients/${world.things.app.id}/activation`, { status: false });
    expect(await world.standing()).toEqual(good(format, { ...given, own: false, personal: false }));
  });

  it.each([
    ['PATCH', '/activation', { status: false }, { status: true }],
    ['PATCH', '', { enabled: false }, { enabled: true }],
    ['PUT', '', { enabled: false }, { enabled: true }],
  ] as const)('enabling an app again revives nothing (%s %s)', async (method, path, off, on) => {
    const world = await createWorld(grantor, format);
    const at = `/clients/${world.things.app.id}${path}`;
    await call(method, at, off);
    await call(method, at, on);
    expect(await world.standing()).toEqual(good(format, { ...given, own: false, personal: false }));
    // It works as it did, and nobody is asked again.
    expect(await world.things.app.tokens()).toMatchObject({ access_token: expect.any(String) });
  });

  it('enabling an app that is enabled ends nothing, nor does any other change of it', async () => {
    const world = await createWorld(grantor, format);
    const { id } = world.things.app;
    await call('PATCH', `/clients/${id}/activation`, { status: true });
    await call('PATCH', `/clients/${id}`, { enabled: true, name: 'Another name' });
    expect(await world.standing()).toEqual(good(format));
  });

  it('regenerating a secret at once ends all access that the app has', async () => {
    const world = await createWorld(grantor, format);
    const { app } = world.things;
    const { client_secret: secret } = await rotate(grantor, app.id);
    const renewed = new World(grantor, format, { ...world.things, app: withSecret(app, secret) });
    expect(await renewed.standing()).toEqual(good(format, { ...given, own: false, personal: false }));
  });

  it('regenerating a secret with an overlap ends nothing, for either secret', async () => {
    const world = await createWorld(grantor, format);
    const { app } = world.things;
    const { client_secret: secret } = await rotate(grantor, app.id, { overlap_seconds: 600 });
    expect(await app.tokens()).toMatchObject({ access_token: expect.any(String) });
    const renewed = new World(grantor, format, { ...world.things, app: withSecret(app, secret) });
    expect(await renewed.standing()).toEqual(good(format));
  });

  it('deleting an app ends all access that it has, and the consents to it', async () => {
    const world = await createWorld(grantor, format);
    await call('DELETE', `/clients/${world.things.app.id}`);
    expect(await world.standing()).toEqual(
      good(format, { ...given, own: false, personal: false, consent: false }),
    );
  });

  it('deleting an API key ends the key alone', async () => {
    const world = await createWorld(grantor, format);
    await callAs(world, 'DELETE', `/keys/${world.things.key.id}`);
    expect(await world.standing()).toEqual(good(format, { apiKey: false }));
  });

  describe('what happens to a user', () => {
    const person = (world: World) => `/accounts/${world.things.accountId}`;
    const ofPerson = { ...given, personal: false, session: false };

    it('disabled: their sessions, keys and all that they gave end; their apps go on', async () => {
      const world = await createWorld(grantor, format);
      await call('PATCH', person(world), { disabled: true });
      expect(await world.standing()).toEqual(good(format, { ...ofPerson, apiKey: false }));
    });

    it('enabled again: their keys are good again, and nothing else comes back', async () => {
      const world = await createWorld(grantor, format);
      await call('PATCH', person(world), { disabled: true });
      await call('PATCH', person(world), { disabled: false });
      expect(await world.standing()).toEqual(good(format, ofPerson));
    });

    it('deleted: nothing of theirs is left, and their apps stand still until an administrator starts them', async () => {
      const world = await createWorld(grantor, format);
      const { owned } = world.things;
      await call('DELETE', person(world));
      expect(await world.standing()).toEqual(
        good(format, {
          ...ofPerson,
          apiKey: false,
          consent: false,
          ownedApp: false,
          ownedToken: false,
        }),
      );
      await call('PATCH', `/clients/${owned.id}/activation`, { status: true });
      expect(await world.standing()).toMatchObject({ ownedApp: true, ownedToken: false });
    });
  });
});

describe.each(kinds)(
  'replacing the signing keys, on $database with $format tokens',
  ({ database, format }) => {
    it('ends every token with a signature, and nothing else', async () => {
      const databaseUrl =
        database === 'postgres'
          ? await createPostgresDatabase()
          : `sqlite:${join(await temporaryFolder(), 'grantor.db')}`;
      const timers: (() => Promise<void>)[] = [];
      const repeat: Repeat = (_seconds, task) => {
        timers.push(task);
        return async () => {};
      };
      const grantor = await startGrantor({ settings: { databaseUrl }, world: { repeat } });
      onTestFinished(() => grantor.stop());
      const world = await createWorld(grantor, format);
      const secret = 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi';
      const management = await openKeyManagement(
        loadConfig({}, { issuer: grantor.issuer, databaseUrl, secret, logLevel: 'silent' }),
        { stretch: cheapStretch },
      );
      await management.replace();
      await management.close();
      for (const task of timers) await task();
      const signed = { access: false, signature: false, offlineAccess: false, own: false, personal: false };
      // The person's own app gets tokens with a signature, whatever the other one gets.
      const ended = { ...(format === 'jwt' ? signed : {}), ownedToken: false };
      expect(await world.standing()).toEqual(good(format, ended));
    });
  },
);
