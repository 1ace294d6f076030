import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callWith } from '../../../../test/kit/api-calls.js';
import type { HttpBrowser } from '../../../../test/kit/browser.js';
import { addApiKey } from '../../../../test/kit/callers.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addSignedInUser, addUser, PASSWORD } from '../../../../test/kit/users.js';
import { sendChanged, textOf } from './support.js';

const START = 1_900_000_000;

describe.each(databases)('what users see and end on the account page, on %s', (database) => {
  let now = START;
  let grantor: TestServer;

  beforeAll(async () => {
    grantor = await startServer({ database, clock: () => now });
  });
  afterAll(() => grantor.stop());

  const at = (path: string) => grantor.issuer + path;

  /** A new user with an app that has tokens. */
  async function userWithApp(metadata: Readonly<Record<string, unknown>> = {}, scope = 'openid files:read') {
    const { user, browser } = await addSignedInUser(grantor);
    const app = (await registerApp(grantor, { name: 'Photo Printer', ...metadata })).with({ user, browser });
    return { user, browser, app, tokens: await app.tokens({ scope }) };
  }

  const isActive = (app: TestApp, token: string) => app.isActive(token);

  describe('apps with access', () => {
    it('shows what an app may do, since when, and when it last got tokens', async () => {
      const { browser, app, tokens } = await userWithApp(
        { website_url: 'https://printer.example/about' },
        'openid files:read offline_access',
      );
      now += 40 * 86_400;
      const text = async () => textOf(await browser.open(at('/account/apps')));
      await browser.signIn(await browser.open(at('/signin')), app.user);
      expect(await text()).toContain('Last used on March 17, 2030');
      expect((await app.refresh(tokens.refresh_token)).status).toBe(200);
      const shown = await text();
      for (const words of [
        'Photo Printer',
        'See your files and folders',
        'Access since March 17, 2030',
        'Last used on April 26, 2030',
      ]) {
        expect(shown).toContain(words);
      }
      now = START;
    });

    it('ends the access of one app, and not that of another user (IDOR)', async () => {
      const { browser, app, tokens } = await userWithApp();
      const other = await userWithApp();
      const page = await browser.open(at('/account/apps'));
      await sendChanged(browser, page, 'revoke-0', { client: other.app.id });
      expect(await isActive(other.app, other.tokens.access_token)).toBe(true);
      expect(await isActive(app, tokens.access_token)).toBe(true);
      const revoked = await browser.submit(page, 'revoke-0');
      expect(textOf(revoked)).toContain('The access was revoked.');
      expect(await isActive(app, tokens.access_token)).toBe(false);
      expect((await app.refresh(tokens.refresh_token)).status).toBe(400);
      expect(textOf(await browser.open(at('/account/apps')))).toContain('No app has access');
    });

    it('ends the access of all apps at once', async () => {
      const { browser, user, app, tokens } = await userWithApp();
      const second = (await registerApp(grantor)).with({ user, browser });
      const others = await second.tokens();
      await browser.submit(await browser.open(at('/account/apps')), 'revoke-all');
      expect(await isActive(app, tokens.access_token)).toBe(false);
      expect(await isActive(second, others.access_token)).toBe(false);
    });

    it('has pages of 30 apps', async () => {
      const { user, browser } = await addSignedInUser(grantor);
      const app = await registerApp(grantor);
      const client = await grantor.server.store.clients.find(app.id);
      if (client === undefined) throw new Error('no client');
      for (let index = 0; index < 31; index += 1) {
        const id = `many-${user.id}-${index}`;
        await grantor.server.store.clients.create({ ...client, id, name: `App ${index}` });
        await grantor.server.store.consents.add(
          user.id,
          id,
          [{ resource: null, name: 'openid' }],
          now + index,
        );
      }
      const page = await browser.open(at('/account/apps'));
      expect(page.html.match(/id="revoke-\d+"/g)).toHaveLength(30);
      const href = /id="more"[^>]*/.exec(page.html)?.[0] ?? '';
      const more = /href="([^"]*)"[^>]*id="more"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? href;
      const next = await browser.open(at(more));
      expect(textOf(next)).toContain('App 0');
      expect(next.html.match(/id="revoke-\d+"/g)).toHaveLength(1);
    });

    it.each(['before=x', 'before=1&after=%00', `before=${'9'.repeat(40)}`, 'before=-1', 'done=constructor'])(
      'ignores a malformed place in the list: %s',
      async (query) => {
        const { browser } = await addSignedInUser(grantor);
        for (const section of ['apps', 'activity']) {
          expect((await browser.request(at(`/account/${section}?${query}`))).status).toBe(200);
        }
      },
    );
  });

  describe('access keys', () => {
    const create = async (browser: HttpBrowser, fields: Readonly<Record<string, string | undefined>>) => {
      const page = await browser.open(at('/account/tokens/new'));
      return sendChanged(browser, page, 'create-token', {
        ...Object.fromEntries(
          [...page.html.matchAll(/type="checkbox"[^>]* name="([^"]*)"/g)].map(([, name = '']) => [
            name,
            undefined,
          ]),
        ),
        ...fields,
      });
    };
    const keyIn = (html: string) => /id="new-key"[^>]*>([^<]*)</.exec(html)?.[1] ?? '';

    it('creates one with scopes and expiry, which is shown once', async () => {
      const { browser, user } = await addSignedInUser(grantor);
      const page = await create(browser, { name: 'Backup', lifetime: '7', 'grantor.keys:read': 'on' });
      const key = keyIn(page.html);
      const call = callWith({ issuer: grantor.issuer }, key);
      expect((await call('GET', '/keys?limit=1')).status).toBe(200);
      expect((await call('GET', '/consents?limit=1')).status).toBe(403);
      const { items } = await grantor.server.store.apiKeys.list({ limit: 9, after: null }, user.id);
      expect(items).toMatchObject([
        { name: 'Backup', scopes: ['grantor.keys:read'], expiresAt: now + 7 * 86_400 },
      ]);
      const list = await browser.open(at('/account/tokens'));
      expect(list.html).not.toContain(key);
      expect(textOf(list)).toContain('Backup');
    });

    it.each([
      ['no name', { name: ' ' }],
      ['no scope', { 'grantor.keys:read': undefined }],
      ['another lifetime', { lifetime: '9999' }],
      ['a scope of administrators only', { 'grantor.keys:read': undefined, 'grantor.accounts:write': 'on' }],
    ])('refuses a key with %s', async (_what, changes) => {
      const { browser, user } = await addSignedInUser(grantor);
      const page = await create(browser, {
        name: 'Backup',
        lifetime: '7',
        'grantor.keys:read': 'on',
        ...changes,
      });
      expect(page.status).toBe(400);
      const { items } = await grantor.server.store.apiKeys.list({ limit: 9, after: null }, user.id);
      expect(items).toEqual([]);
    });

    it('requires a recent authentication to create one, and leads back to the form', async () => {
      const { browser, user } = await addSignedInUser(grantor);
      const form = await browser.open(at('/account/tokens/new'));
      now += 901;
      const stale = await browser.submit(form, 'create-token', { name: 'Stolen session' });
      expect(textOf(stale)).toContain('Confirm that it is you');
      const { items } = await grantor.server.store.apiKeys.list({ limit: 9, after: null }, user.id);
      expect(items).toEqual([]);
      const page = await browser.open(at('/account/tokens/new'));
      expect(page.html).toContain(`value="${user.username}"`);
      expect((await browser.signIn(page, user)).url).toBe(at('/account/tokens/new'));
      now = START;
    });

    it('deletes one, and not that of another user (IDOR)', async () => {
      const { browser, user } = await addSignedInUser(grantor);
      await addApiKey(grantor, user, { name: 'Mine' });
      const foreign = await addApiKey(grantor, grantor.user);
      const page = await browser.open(at('/account/tokens'));
      await sendChanged(browser, page, 'delete-0', { key: foreign.id });
      expect(await grantor.server.store.apiKeys.find(foreign.id)).toBeDefined();
      await browser.submit(page, 'delete-0');
      expect(textOf(await browser.open(at('/account/tokens')))).toContain('You have no keys.');
    });
  });

  describe('security events', () => {
    it('shows what the user did, in words, and nothing about others', async () => {
      const { browser, user, app } = await userWithApp();
      await grantor.api('PATCH', `/accounts/${user.id}`, { name: 'Grace B. Hopper' });
      const page = await browser.open(at('/account/activity'));
      const text = textOf(page);
      for (const words of [
        'You signed in',
        'You allowed access to Photo Printer',
        'Your account was changed',
        'By an administrator',
      ]) {
        expect(text).toContain(words);
      }
      expect(page.html).not.toContain(app.id);
      const other = await addSignedInUser(grantor);
      expect(textOf(await other.browser.open(at('/account/activity')))).not.toContain('Photo Printer');
    });

    it('has pages of 30 events', async () => {
      const { browser, user } = await addSignedInUser(grantor);
      const { server } = grantor;
      for (let index = 0; index < 31; index += 1) {
        await server.store.audit.add({
          id: `${String(index).padStart(4, '0')}-${user.id}`,
          at: now + 1,
          type: 'account.enabled',
          actor: { type: 'operator', id: null, name: null },
          via: null,
          address: '203.0.113.9',
          target: null,
          before: null,
          after: null,
          clientId: null,
          accountId: user.id,
          grantId: null,
        });
      }
      const page = await browser.open(at('/account/activity'));
      expect(page.html.match(/<li class="row">/g)).toHaveLength(30);
      expect(page.html).not.toContain('203.0.113.9');
      const more = /href="([^"]*)"[^>]*id="more"/.exec(page.html)?.[1]?.replaceAll('&amp;', '&') ?? '';
      expect(textOf(await browser.open(at(more)))).toContain('You signed in');
    });
  });

  describe('download of all data', () => {
    it('has everything about the user and no secret', async () => {
      const { browser, user, tokens } = await userWithApp();
      const { key, hash } = await addApiKey(grantor, user);
      const { accounts, groups, passkeys, secondFactors } = grantor.server.store;
      const group = { id: user.id, origin: 'scim', name: `Staff ${user.id}`, externalId: null } as const;
      await groups.create({ group: { ...group, createdAt: now, updatedAt: now }, memberIds: [user.id] });
      const { recoveryCodes } = await addAuthenticator(grantor, user);
      await passkeys.add(
        {
          id: `passkey-of-${user.id}`,
          accountId: user.id,
          publicKey: 'public-key-of-the-passkey',
          counter: 0,
          transports: [],
          backupEligible: true,
          backedUp: true,
          name: 'Phone',
          createdAt: now,
          lastUsedAt: null,
        },
        1,
      );
      const stored = await accounts.find(user.id);
      const totp = await secondFactors.findTotp(user.id);
      const page = await browser.open(at('/account/data'));
      const downloaded = await browser.submit(page, 'download');
      expect(downloaded.response.headers.get('content-disposition')).toContain('attachment');
      const data = JSON.parse(downloaded.html) as Record<string, unknown>;
      expect(data).toMatchObject({
        account: { id: user.id, username: user.username, has_password: true },
        groups: [{ id: group.id, name: group.name }],
        passkeys: [{ name: 'Phone', synced: true }],
        authenticator_app: { created_on: expect.any(String) },
        recovery_codes: 2,
        sessions: [{ address: expect.any(String) }],
        apps_with_access: [{ client_name: 'Photo Printer', access: expect.any(Array) }],
        api_keys: [{ name: 'A key' }],
        events: expect.arrayContaining([expect.objectContaining({ type: 'consent.given' })]),
      });
      const secrets = [
        PASSWORD,
        stored?.passwordHash ?? '',
        totp?.sealedKey ?? '',
        ...recoveryCodes,
        key,
        hash,
        browser.cookieValue('grantor_session') ?? '',
        tokens.refresh_token,
        tokens.access_token,
      ];
      for (const secret of secrets) {
        expect(secret.length).toBeGreaterThan(8);
        expect(downloaded.html).not.toContain(secret);
      }
      expect(downloaded.html).not.toMatch(/argon2|token_?hash|secret/i);
      expect(downloaded.html).not.toContain(grantor.user.id);
    });

    it('is limited to 10 in an hour', async () => {
      const { browser } = await addSignedInUser(grantor);
      const page = await browser.open(at('/account/data'));
      for (let count = 0; count < 10; count += 1) {
        expect((await browser.submit(page, 'download')).status).toBe(200);
      }
      expect((await browser.submit(page, 'download')).status).toBe(429);
    });
  });

  describe('deleting the account', () => {
    it('requires a recent authentication and the username', async () => {
      const { browser, user } = await addSignedInUser(grantor);
      const page = await browser.open(at('/account/delete'));
      const mismatch = await browser.submit(page, 'delete-account', { username: 'someone' });
      expect(mismatch.status).toBe(400);
      now += 901;
      const stale = await browser.submit(page, 'delete-account', { username: user.username });
      expect(textOf(stale)).toContain('Confirm that it is you');
      expect(await grantor.server.store.accounts.find(user.id)).toBeDefined();
      now = START;
    });

    it('ends everything', async () => {
      const { browser, user, app, tokens } = await userWithApp();
      const { key } = await addApiKey(grantor, user);
      const page = await browser.open(at('/account/delete'));
      const done = await browser.submit(page, 'delete-account', { username: user.username.toUpperCase() });
      expect(textOf(done)).toContain('Your account was deleted');
      expect(browser.cookieValue('grantor_session')).toBeUndefined();
      expect(await grantor.server.store.accounts.find(user.id)).toBeUndefined();
      expect(await grantor.server.store.sessions.listOfAccount(user.id, now, 9)).toEqual([]);
      expect(await isActive(app, tokens.access_token)).toBe(false);
      expect((await app.refresh(tokens.refresh_token)).status).toBe(400);
      expect((await callWith({ issuer: grantor.issuer }, key)('GET', '/keys?limit=1')).status).toBe(401);
      expect(await grantor.server.store.consents.find(user.id, app.id)).toEqual([]);
      const { items } = await grantor.server.store.audit.list(
        { limit: 1, after: null },
        { accountId: user.id, type: 'account.deleted' },
      );
      expect(items).toMatchObject([{ actor: { id: user.id }, via: 'session' }]);
    });

    it('is refused to the last administrator', async () => {
      const { browser, user } = await addSignedInUser(grantor, { isAdmin: true });
      const other = await addUser(grantor, { isAdmin: true });
      const page = await browser.open(at('/account/delete'));
      await grantor.server.store.accounts.update(other.id, () => ({ isAdmin: false, updatedAt: now }));
      const refused = await browser.submit(page, 'delete-account', { username: user.username });
      expect(refused.status).toBe(409);
      expect(textOf(refused)).toContain('You are the last administrator');
      expect(await grantor.server.store.accounts.find(user.id)).toBeDefined();
    });
  });
});

describe('GRANTOR_SELF_DELETION=off', () => {
  it('leaves out the section, its page and its action', async () => {
    const grantor = await startServer({ settings: { selfDeletion: 'off' } });
    try {
      const { browser } = await addSignedInUser(grantor);
      expect((await browser.open(`${grantor.issuer}/account`)).html).not.toContain('/account/delete');
      expect((await browser.request(`${grantor.issuer}/account/delete`)).status).toBe(404);
    } finally {
      await grantor.stop();
    }
  });
});
