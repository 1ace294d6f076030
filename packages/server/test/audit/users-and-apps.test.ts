import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventsOf, newestEvents } from '../../../../test/kit/audit-events.js';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { disableUser } from '../../../../test/kit/users.js';
import { systemRepeat } from '../../src/timers/timers.js';
import { manage, minimal, register, registered, sendable } from '../registration/support.js';

describe.each(databases)('events of users and apps, on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({
      database,
      settings: { registration: 'open', registrationsPerHour: 40 },
      repeat: (_seconds, task, onFailure) => systemRepeat(0.05, task, onFailure),
    });
  });
  afterAll(() => grantor.stop());

  const typesOf = async (work: () => Promise<unknown>) =>
    (await eventsOf(grantor, work)).map(({ type }) => type);
  /** The refused sign-ins of a user. Responses do not wait for these events. */
  const refusalsOf = async (accountId: string) =>
    (await newestEvents(grantor)).filter(
      (event) => event.type === 'session.refused' && event.accountId === accountId,
    );
  const attempt = async (username: string, password: string, browser = new HttpBrowser()) => {
    const page = await browser.open(`${grantor.issuer}/signin`);
    return browser.signIn(page, { username, password });
  };

  it('writes an event for a sign-in, another one in the same browser, and a sign-out', async () => {
    const { id, user } = await addCaller(grantor);
    const browser = new HttpBrowser();
    const [started] = await eventsOf(grantor, () => attempt(user.username, user.password, browser));
    expect(started).toMatchObject({
      type: 'session.started',
      actor: { type: 'account', id, name: user.name },
      via: 'password',
      address: expect.any(String),
      target: { type: 'session', id: expect.any(String) },
      accountId: id,
    });
    const app = Object.assign(await registerApp(grantor), { user, browser });
    const again = await browser.open(app.authorizationUrl({ prompt: 'login' }));
    const renewed = await eventsOf(grantor, () => browser.signIn(again, user));
    expect(renewed).toMatchObject([{ type: 'session.renewed', target: started?.target }]);
    const ended = await eventsOf(grantor, async () => {
      await browser.submit(await browser.open(`${grantor.issuer}/signout`), 'sign-out');
    });
    expect(ended).toMatchObject([
      { type: 'session.ended', actor: { id, name: user.name }, target: started?.target, accountId: id },
    ]);
  });

  it('writes an event for a refused sign-in, without an actor', async () => {
    const { id, user } = await addCaller(grantor);
    await attempt(user.username, 'a wrong password');
    await vi.waitFor(async () =>
      expect(await refusalsOf(id)).toMatchObject([
        {
          actor: { type: 'system', id: null, name: null },
          target: { type: 'account', id },
          after: { reason: 'wrong_password', attempts: 1 },
          address: expect.any(String),
        },
      ]),
    );
  });

  it('says if the account is disabled, or the second factor was wrong', async () => {
    const reasonsOf = async (id: string) => (await refusalsOf(id)).map(({ after }) => after?.reason);
    const former = await addCaller(grantor);
    await disableUser(grantor, former.user);
    await attempt(former.user.username, former.user.password);
    await vi.waitFor(async () => expect(await reasonsOf(former.id)).toEqual(['account_disabled']));
    const enrolled = await addCaller(grantor);
    await addAuthenticator(grantor, enrolled.user);
    const browser = new HttpBrowser();
    const asked = await attempt(enrolled.user.username, enrolled.user.password, browser);
    await browser.submit(asked, 'verify', { code: '000000' });
    await vi.waitFor(async () => expect(await reasonsOf(enrolled.id)).toEqual(['wrong_second_factor']));
  });

  it('has at most ten refused sign-ins to an account in 15 minutes', async () => {
    const { id, user } = await addCaller(grantor);
    const attemptAndWrite = async (username: string) => {
      await attempt(username, 'a wrong password');
      await vi.waitFor(() =>
        expect(
          grantor.server.memory
            .list()
            .find(({ name }) => name === 'refused sign-ins to be written')
            ?.size(),
        ).toBe(0),
      );
    };
    for (let count = 0; count < 14; count += 1) await attemptAndWrite(user.username);
    await vi.waitFor(async () => expect(await refusalsOf(id)).toHaveLength(10));
    const other = await addCaller(grantor);
    await attempt(other.user.username, 'a wrong password');
    // Events are written in order, so that all earlier ones are there now.
    await vi.waitFor(async () => expect(await refusalsOf(other.id)).toHaveLength(1));
    expect(await refusalsOf(id)).toHaveLength(10);
  });

  it('counts attempts on unknown logins together, without the login', async () => {
    const probe = await addCaller(grantor);
    const left = await eventsOf(grantor, async () => {
      for (const name of ['unknown@example.com', '__proto__', '\0', '\ud800', 'a'.repeat(5000)]) {
        await attempt(name, 'a password');
      }
      await attempt(probe.user.username, 'a wrong password');
      await vi.waitFor(async () => expect(await refusalsOf(probe.id)).toHaveLength(1));
    });
    expect(left.filter(({ accountId }) => accountId !== null).map(({ accountId }) => accountId)).toEqual([
      probe.id,
    ]);
    const unknown = left.filter(({ accountId }) => accountId === null);
    expect(unknown.map(({ target, address }) => [target, address])).toEqual(unknown.map(() => [null, null]));
    expect(JSON.stringify(left)).not.toContain('unknown@example.com');
  });

  it('writes one event when a user allows an app, and none if the user is not asked', async () => {
    const app = await registerApp(grantor);
    const { id } = (await grantor.server.store.accounts.findByLogin(grantor.user.username)) ?? { id: '' };
    const given = await eventsOf(grantor, () => app.tokens({ scope: 'openid email' }));
    expect(given.map(({ type }) => type)).toEqual(['consent.given', 'session.started']);
    expect(given[0]).toMatchObject({
      actor: { type: 'account', id, name: grantor.user.name },
      via: 'session',
      address: expect.any(String),
      target: { type: 'client', id: app.id },
      after: {
        allowed: [
          { resource: null, scopes: ['openid', 'email'] },
          { resource: grantor.issuer, scopes: [] },
        ],
      },
      clientId: app.id,
      accountId: id,
    });
    expect(await typesOf(() => app.tokens({ scope: 'openid email' }))).toEqual([]);
  });

  it('writes one event when a user denies an app, and none without a signed-in user', async () => {
    const app = await registerApp(grantor);
    await attempt(grantor.user.username, grantor.user.password, app.browser);
    const denied = await eventsOf(grantor, async () => {
      const page = await app.browser.open(app.authorizationUrl());
      await app.browser.submit(page, 'deny');
    });
    expect(denied).toMatchObject([
      {
        type: 'consent.denied',
        after: {
          denied: [
            { resource: null, scopes: ['openid'] },
            { resource: grantor.issuer, scopes: [] },
          ],
        },
        clientId: app.id,
      },
    ]);
    const page = await app.browser.open(app.authorizationUrl());
    await app.browser.submit(await app.browser.open(`${grantor.issuer}/signout`), 'sign-out');
    const byNobody = await eventsOf(grantor, async () => {
      const left = await app.browser.submit(page, 'deny');
      expect(left.left?.searchParams.get('error')).toBe('access_denied');
    });
    expect(byNobody).toEqual([]);
  });

  it('writes an event when an app revokes its grant, and none for the grant of another app or a second time', async () => {
    const app = await registerApp(grantor);
    const { refresh_token: token } = await app.tokens();
    const stranger = await registerApp(grantor);
    expect(await typesOf(() => stranger.revoke(token))).toEqual([]);
    const revoked = await eventsOf(grantor, () => app.revoke(token));
    expect(revoked).toMatchObject([
      {
        type: 'grant.revoked',
        actor: { type: 'client', id: app.id, name: 'Test app' },
        clientId: app.id,
        grantId: expect.any(String),
      },
    ]);
    expect(await typesOf(() => app.revoke(token))).toEqual([]);
  });

  it('writes an event when an app registers, changes and deletes itself', async () => {
    const members = { ...minimal, scope: 'openid email' };
    const made = await eventsOf(grantor, () => registered(grantor, members));
    expect(made).toMatchObject([
      {
        type: 'client.registered',
        actor: { type: 'client', name: 'Travel diary' },
        via: 'open_registration',
        address: expect.any(String),
        after: { name: 'Travel diary', redirect_hosts: ['diary.example'] },
      },
    ]);
    const own = await registered(grantor, { ...minimal, client_name: 'Its own' });
    const changed = await eventsOf(grantor, () =>
      manage(own, 'PUT', { ...sendable(own), client_name: 'Another name' }),
    );
    expect(changed).toMatchObject([
      {
        type: 'client.updated',
        actor: { type: 'client', id: own.client_id },
        via: 'registration_access_token',
        before: { name: 'Its own' },
        after: { name: 'Another name' },
      },
    ]);
    expect(await typesOf(() => manage(own, 'DELETE'))).toEqual(['client.deleted']);
  });

  it('writes no event of a refused registration, update or deletion', async () => {
    const own = await registered(grantor, { ...minimal, client_name: 'Stays' });
    const left = await typesOf(async () => {
      await register(grantor, { redirect_uris: ['http://not.secure/'] });
      await manage(own, 'PUT', { ...sendable(own), redirect_uris: [] });
      await manage(own, 'DELETE', undefined, 'not its token');
    });
    expect(left).toEqual([]);
  });

  it('limits how often an app changes itself, since each change writes an event', async () => {
    const own = await registered(grantor, { ...minimal, client_name: 'Restless' });
    const statuses = new Set<number>();
    let last: Response | undefined;
    for (let count = 0; count <= 40; count += 1) {
      last = await manage(own, 'PUT', { ...sendable(own), client_name: `Restless ${count}` });
      statuses.add(last.status);
    }
    expect([...statuses]).toEqual([200, 429]);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
