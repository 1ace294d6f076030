import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { type ApiCaller, addCaller, callerFor } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { recorded } from '../openid-connect-core/support/users.js';

type Account = Readonly<Record<string, unknown>> & { readonly id: string; readonly username: string };

const PASSWORD = 'correct horse battery';

describe.each(databases)('the accounts API on %s', (database) => {
  let grantor: TestServer;
  let admin: ApiCaller;
  let count = 0;
  beforeAll(async () => {
    grantor = await startServer({ database });
    admin = await addCaller(grantor, { username: 'root@example.com', isAdmin: true });
  });
  afterAll(() => grantor.stop());

  const newName = () => {
    count += 1;
    return `user-${count}@example.com`;
  };
  const create = async (fields: Record<string, unknown> = {}) =>
    bodyOf<Account>(
      await admin.call('POST', '/accounts', { email: newName(), password: PASSWORD, ...fields }),
      201,
    );
  const patch = (id: string, fields: Record<string, unknown>, headers = {}) =>
    admin.call('PATCH', `/accounts/${id}`, fields, headers);
  const eventsAbout = async (accountId: string) =>
    (await grantor.server.store.audit.list({ limit: 50, after: null }, { accountId, typeGroup: 'account' }))
      .items;
  const signsIn = async (username: string, password: string) => {
    const browser = new HttpBrowser();
    const page = await browser.open(`${grantor.issuer}/signin`);
    const after = await browser.signIn(page, { username, password });
    return !after.html.includes('id="sign-in"');
  };
  /** An app with tokens of this user. */
  const connected = async (username: string, metadata: Record<string, unknown> = {}) => {
    const app = await registerApp(grantor, metadata);
    const user = { username, password: PASSWORD, name: '' };
    const theirs = app.with({ user });
    return { app: theirs, tokens: await theirs.tokens() };
  };

  it('creates a user, and shows them without password or hash', async () => {
    const username = newName();
    const fields = {
      email: ` ${username.toUpperCase()} `,
      password: PASSWORD,
      given_name: 'Grace',
      family_name: 'Hopper',
      claims: recorded,
    };
    const response = await admin.call('POST', '/accounts', fields);
    const etag = response.headers.get('etag');
    const account = await bodyOf<Account>(response, 201);
    expect(account).toEqual({
      id: expect.stringMatching(/^[\w-]{36}$/) as unknown,
      external_id: null,
      username,
      email: username,
      email_verified: true,
      name: 'Grace Hopper',
      given_name: 'Grace',
      family_name: 'Hopper',
      claims: recorded,
      is_admin: false,
      has_password: true,
      disabled: false,
      disabled_on: null,
      created_on: expect.stringMatching(/Z$/) as unknown,
      modified_on: account.created_on,
    });
    expect(await signsIn(username, PASSWORD)).toBe(true);
    const shown = await admin.call('GET', `/accounts/${account.id}`);
    expect(shown.headers.get('etag')).toBe(etag);
    expect(await bodyOf(shown)).toEqual(account);
  });

  it('gives apps the claims of the user', async () => {
    const { username } = await create({ claims: recorded, name: 'Grace' });
    const { app } = await connected(username);
    const { access_token: token } = await app.tokens({ scope: 'openid profile phone address' });
    expect(await bodyOf(await app.userinfo(token))).toMatchObject({ ...recorded, name: 'Grace' });
  });

  it('creates a user with a username only, without a password', async () => {
    const account = await create({ email: undefined, username: 'Mallory', password: null });
    expect(account).toMatchObject({ username: 'mallory', email: null, name: 'mallory', has_password: false });
    expect(await signsIn('mallory', '')).toBe(false);
  });

  it.each([
    ['neither username nor email', { email: undefined }, ''],
    ['no email address', { email: 'ada' }, 'email'],
    ['a short password', { password: 'short' }, 'password'],
    ['a password of any length', { password: 'x'.repeat(513) }, 'password'],
    ['half a character', { password: 'eight or more \ud800' }, 'password'],
    ['a null byte', { username: 'ada\0' }, 'username'],
    ['a username that is empty', { username: '  ' }, 'username'],
    ['an unknown claim', { claims: { shoe_size: 43 } }, 'claims.shoe_size'],
    ['a claim that is recorded elsewhere', { claims: { email: 'x@y.example' } }, 'claims.email'],
    ['a picture that is code', { claims: { picture: 'javascript:alert(1)' } }, 'claims.picture'],
    ['a birthdate that is none', { claims: { birthdate: '1815-13-01' } }, 'claims.birthdate'],
    ['a time zone that is none', { claims: { zoneinfo: 'Europe/Atlantis' } }, 'claims.zoneinfo'],
    ['a locale that is none', { claims: { locale: 'english please' } }, 'claims.locale'],
    ['a telephone number that is none', { claims: { phone_number: '0207 946' } }, 'claims.phone_number'],
    ['a prototype as claims', { claims: JSON.parse('{"__proto__": {"x": 1}}') as unknown }, 'claims'],
    ['an ID of its own', { id: 'mine' }, 'id'],
    ['a hash of its own', { password_hash: '$argon2id$' }, 'password_hash'],
  ])('refuses %s by name and without repeating the value', async (_, fields, field) => {
    const response = await admin.call('POST', '/accounts', {
      email: newName(),
      password: PASSWORD,
      ...fields,
    });
    const text = await response.text();
    expect(response.status).toBe(400);
    const { errors } = JSON.parse(text) as { errors: { field: string }[] };
    expect(errors.map((error) => error.field).join(' ')).toContain(field);
    expect(text).not.toMatch(/javascript|Atlantis|argon2id|xxxx/);
  });

  it('gives a login to one user only: 409 for the second', async () => {
    const { username, id } = await create();
    const second = { email: `other-${username}`, username: username.toUpperCase(), password: PASSWORD };
    expect((await admin.call('POST', '/accounts', second)).status).toBe(409);
    const other = await create();
    expect((await patch(other.id, { email: username })).status).toBe(409);
    expect(await bodyOf(await admin.call('GET', `/accounts/${other.id}`))).toEqual(other);
    const name = newName();
    const racing = await Promise.all(
      [1, 2, 3, 4].map(() => admin.call('POST', '/accounts', { email: name, password: PASSWORD })),
    );
    expect(racing.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409, 409, 409]);
    expect((await eventsAbout(id)).map(({ type }) => type)).toEqual(['account.created']);
  });

  it('lists users newest first, page by page, and finds one by login', async () => {
    const made = [await create(), await create(), await create()];
    const seen: string[] = [];
    let query = '?limit=2';
    for (;;) {
      const page = await bodyOf<{ data: Account[] } & Record<string, string | null>>(
        await admin.call('GET', `/accounts${query}`),
      );
      seen.push(...page.data.map(({ id }) => id));
      expect(JSON.stringify(page)).not.toMatch(/argon2|password_hash/);
      if (page.last_account_id === null) break;
      query = `?limit=2&last_account_id=${page.last_account_id}&last_created_on=${page.last_created_on}`;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
    const login = encodeURIComponent(made[0]?.username.toUpperCase() ?? '');
    expect(await bodyOf(await admin.call('GET', `/accounts?login=${login}`))).toMatchObject({
      data: [{ id: made[0]?.id }],
    });
    for (const unknown of ['user', '%00', '%25', "'%20or%201=1--"]) {
      expect(await bodyOf(await admin.call('GET', `/accounts?login=${unknown}`))).toMatchObject({ data: [] });
    }
  });

  it('changes the sent fields, keeps the others, and removes those that are null', async () => {
    const account = await create({ given_name: 'Ada', claims: { nickname: 'A', gender: 'female' } });
    const changed = await bodyOf<Account>(
      await patch(account.id, { given_name: null, familyName: 'King', claims: { nickname: null } }),
    );
    expect(changed).toEqual({
      ...account,
      given_name: null,
      family_name: 'King',
      claims: { gender: 'female' },
      modified_on: changed.modified_on,
    });
    expect(await bodyOf(await patch(account.id, changed))).toEqual(changed);
    const events = await eventsAbout(account.id);
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['account.updated']));
    expect(events).toHaveLength(2);
    expect(events.find(({ type }) => type === 'account.updated')).toMatchObject({
      actor: { id: admin.id },
      target: { type: 'account', id: account.id },
      before: { given_name: 'Ada', family_name: null, claims: { nickname: 'A', gender: 'female' } },
      after: { given_name: null, family_name: 'King', claims: { gender: 'female' } },
    });
  });

  it('lets a user sign in with a changed email address', async () => {
    const account = await create();
    const email = newName();
    expect(await bodyOf(await patch(account.id, { email }))).toMatchObject({ username: email, email });
    expect(await signsIn(email, PASSWORD)).toBe(true);
    expect(await signsIn(account.username, PASSWORD)).toBe(false);
  });

  it('refuses a change of a user that has changed meanwhile (RFC 9110 §13.1.1)', async () => {
    const account = await create();
    const shown = await admin.call('GET', `/accounts/${account.id}`);
    const headers = { 'if-match': shown.headers.get('etag') ?? '' };
    expect((await patch(account.id, { name: 'First' }, headers)).status).toBe(200);
    expect((await patch(account.id, { name: 'Second' }, headers)).status).toBe(412);
    const path = `/accounts/${account.id}`;
    expect((await admin.call('DELETE', path, undefined, headers)).status).toBe(412);
    expect(await bodyOf(await admin.call('GET', path))).toMatchObject({ name: 'First' });
  });

  it('sets a new password, which ends all sessions and is stored only as a hash', async () => {
    const account = await create();
    const { app } = await connected(account.username);
    expect((await app.authorize({ prompt: 'none' })).searchParams.has('code')).toBe(true);
    const next = 'a password that is another one';
    expect((await patch(account.id, { password: next })).status).toBe(200);
    expect((await app.authorize({ prompt: 'none' })).searchParams.get('error')).toBe('login_required');
    expect(await signsIn(account.username, PASSWORD)).toBe(false);
    expect(await signsIn(account.username, next)).toBe(true);
    const events = await eventsAbout(account.id);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'account.updated',
        after: expect.objectContaining({ password_changed: true }) as unknown,
      }),
    );
    expect(JSON.stringify(events)).not.toMatch(/argon2|another one|correct horse/);
  });

  it.each(['jwt', 'opaque'])(
    'refuses a disabled user, and enabling restores no access (%s)',
    async (format) => {
      const account = await create();
      const { app, tokens } = await connected(account.username, { access_token_format: format });
      const caller = await callerFor(grantor, account);
      expect((await caller.call('GET', '/consents?limit=1')).status).toBe(200);

      expect(await bodyOf(await patch(account.id, { disabled: true }))).toMatchObject({ disabled: true });
      expect((await app.userinfo(tokens.access_token)).status).toBe(401);
      expect((await caller.call('GET', '/consents?limit=1')).status).toBe(401);
      expect(await signsIn(account.username, PASSWORD)).toBe(false);

      expect(await bodyOf(await patch(account.id, { disabled: false }))).toMatchObject({ disabled: false });
      expect((await app.userinfo(tokens.access_token)).status).toBe(401);
      expect((await app.refresh(tokens.refresh_token)).status).toBe(400);
      expect((await app.authorize({ prompt: 'none' })).searchParams.get('error')).toBe('login_required');
      expect((await caller.call('GET', '/consents?limit=1')).status).toBe(200);
      expect(await signsIn(account.username, PASSWORD)).toBe(true);
      const types = (await eventsAbout(account.id)).map(({ type }) => type);
      expect(types).toEqual(expect.arrayContaining(['account.disabled', 'account.enabled']));
    },
  );

  it('deletes a user with their sessions, keys and consents, and disables the apps that they registered', async () => {
    const account = await create();
    const { app, tokens } = await connected(account.username);
    const caller = await callerFor(grantor, account);
    const made = await bodyOf<{ client_id: string }>(
      await caller.call('POST', '/clients', { name: 'Theirs', redirectUris: ['https://app.example.com/'] }),
      201,
    );

    const path = `/accounts/${account.id}`;
    const deleted = await admin.call('DELETE', path);
    expect([deleted.status, await deleted.text()]).toEqual([200, '']);
    expect((await app.userinfo(tokens.access_token)).status).toBe(401);
    expect((await app.refresh(tokens.refresh_token)).status).toBe(400);
    expect((await caller.call('GET', '/consents?limit=1')).status).toBe(401);
    expect(await signsIn(account.username, PASSWORD)).toBe(false);
    expect(await bodyOf(await admin.call('GET', `/clients/${app.id}/consents`))).toMatchObject({ data: [] });
    expect(await bodyOf(await admin.call('GET', `/clients/${made.client_id}`))).toMatchObject({
      enabled: false,
      created_by: account.id,
    });
    for (const method of ['GET', 'DELETE']) expect((await admin.call(method, path)).status).toBe(404);
    expect(await eventsAbout(account.id)).toContainEqual(
      expect.objectContaining({ type: 'account.deleted', after: { stopped_apps: [made.client_id] } }),
    );
  });

  it('needs an administrator and a key with the scope', async () => {
    const developer = await addCaller(grantor);
    const reader = await callerFor(grantor, admin.user, { scopes: ['grantor.accounts:read'] });
    const other = await callerFor(grantor, admin.user, { scopes: ['grantor.clients:write'] });
    const fields = { email: newName(), password: PASSWORD };
    for (const [method, path, body] of [
      ['GET', '/accounts', undefined],
      ['GET', `/accounts/${developer.id}`, undefined],
      ['POST', '/accounts', fields],
      ['PATCH', `/accounts/${developer.id}`, { is_admin: true }],
      ['DELETE', `/accounts/${developer.id}`, undefined],
    ] as const) {
      expect((await developer.call(method, path, body)).status).toBe(403);
      expect((await other.call(method, path, body)).status).toBe(403);
      expect((await reader.call(method, path, body)).status).toBe(method === 'GET' ? 200 : 403);
    }
  });

  it('lets no key with scopes for accounts gain other access (escalation)', async () => {
    const limited = await callerFor(grantor, admin.user, { scopes: ['grantor.accounts:write'] });
    const user = await create();
    const boss = await create({ is_admin: true });
    const kept = await create({ is_admin: true });
    expect((await patch(kept.id, { disabled: true })).status).toBe(200);
    const refused: [string, string, Record<string, unknown>][] = [
      ['POST', '/accounts', { email: newName(), password: PASSWORD, is_admin: true }],
      ['PATCH', `/accounts/${user.id}`, { is_admin: true }],
      ['PATCH', `/accounts/${boss.id}`, { password: 'taken over by me' }],
      ['PATCH', `/accounts/${boss.id}`, { email: 'mallory@example.com' }],
      ['PATCH', `/accounts/${boss.id}`, { username: 'mallory@example.com' }],
      ['PATCH', `/accounts/${kept.id}`, { disabled: false }],
    ];
    for (const [method, path, body] of refused) {
      expect((await limited.call(method, path, body)).status).toBe(403);
    }
    expect((await limited.call('PATCH', `/accounts/${user.id}`, { password: PASSWORD })).status).toBe(200);
    expect((await limited.call('PATCH', `/accounts/${boss.id}`, { ...boss, name: 'Boss' })).status).toBe(200);
    expect(await signsIn(boss.username, PASSWORD)).toBe(true);
    expect(await signsIn(kept.username, PASSWORD)).toBe(false);
    const letIn = { disabled: false, is_admin: false };
    expect((await limited.call('PATCH', `/accounts/${kept.id}`, letIn)).status).toBe(200);
  });

  it.each(['unknown', '%00', '__proto__', 'x'.repeat(300)])(
    'responds with 404 for the user %s',
    async (id) => {
      expect((await admin.call('GET', `/accounts/${id}`)).status).toBe(404);
      expect((await patch(id, { name: 'x' })).status).toBe(404);
      expect((await admin.call('DELETE', `/accounts/${id}`)).status).toBe(404);
    },
  );
});
