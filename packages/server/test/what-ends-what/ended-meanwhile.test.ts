import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { sha256 } from '../../src/crypto/hash.js';

describe.each(databases)('access that ends during a request (race), on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  /** Has something happen between what the request looked up and what it is about to write. */
  async function beforeTheGrant<T>(happens: () => Promise<unknown>, request: () => Promise<T>): Promise<T> {
    const { grants } = grantor.server.store;
    const create = grants.create.bind(grants);
    const seam = grants as { create: typeof create };
    seam.create = async (...written) => {
      await happens();
      return create(...written);
    };
    try {
      return await request();
    } finally {
      seam.create = create;
    }
  }

  const signOut = ({ browser }: TestApp) =>
    grantor.server.store.sessions.end(
      sha256(browser.cookieValue('grantor_session') ?? ''),
      Math.floor(Date.now() / 1000),
    );
  const grantsTo = async (clientId: string) =>
    (await grantor.server.store.grants.list({ limit: 50, after: null }, { clientId })).items;

  it('a sign-out leaves no grant: the app gets login_required (OpenID Connect Core 1.0 §3.1.2.6)', async () => {
    const app = await registerApp(grantor);
    await app.tokens();
    const { left } = await beforeTheGrant(
      () => signOut(app),
      () => app.browser.open(app.authorizationUrl({ state: 'kept' })),
    );
    expect(Object.fromEntries(left?.searchParams ?? [])).toMatchObject({
      error: 'login_required',
      state: 'kept',
    });
    expect(left?.searchParams.has('code')).toBe(false);
    expect(await grantsTo(app.id)).toEqual([]);
    // The next request needs the password, and succeeds.
    expect(await app.tokens()).toMatchObject({ access_token: expect.any(String) });
  });

  it('a sign-out during consent stores no consent', async () => {
    const app = await registerApp(grantor);
    const other = await registerApp(grantor);
    await other.tokens();
    const { browser } = other;
    const asked = await browser.open(app.authorizationUrl());
    expect(asked.html).toContain('id="allow"');
    const { left } = await beforeTheGrant(
      () => signOut(other),
      () => browser.submit(asked, 'allow'),
    );
    expect(left?.searchParams.get('error')).toBe('login_required');
    expect(await grantsTo(app.id)).toEqual([]);
    const account = await grantor.server.store.accounts.findByLogin(grantor.user.username);
    expect(await grantor.server.store.consents.find(account?.id ?? '', app.id)).toEqual([]);
  });

  it('a token of that moment is invalid (response type code id_token token)', async () => {
    const app = await registerApp(grantor, {
      access_token_format: 'opaque',
      grant_types: ['authorization_code', 'implicit'],
      response_types: ['code id_token token', 'code'],
    });
    await app.tokens();
    const { left } = await beforeTheGrant(
      () => signOut(app),
      () =>
        app.browser.open(
          app.authorizationUrl({ response_type: 'code id_token token', nonce: 'n-0S6_WzA2Mj' }),
        ),
    );
    const answer = new URLSearchParams(left?.hash.slice(1));
    expect(answer.get('error')).toBe('login_required');
    expect(answer.has('access_token')).toBe(false);
  });

  it('an app that is disabled at that moment and enabled later has no access', async () => {
    const app = await registerApp(grantor);
    await app.tokens();
    const activate = (status: boolean) => grantor.api('PATCH', `/clients/${app.id}/activation`, { status });
    const { left } = await beforeTheGrant(
      () => activate(false),
      () => app.browser.open(app.authorizationUrl()),
    );
    await activate(true);
    const code = left?.searchParams.get('code') ?? '';
    expect((await app.exchange(code)).status).toBe(400);
    expect(await grantsTo(app.id)).toEqual([]);
  });

  it.each(['jwt', 'opaque'])(
    'an own token of the app that is issued while its secret is rotated ends with the secret (%s)',
    async (format) => {
      const app = await registerApp(grantor, {
        access_token_format: format,
        grant_types: ['client_credentials'],
        scopes: ['files:read'],
        redirectUris: [],
      });
      const { store } = grantor.server;
      const find = store.clients.find.bind(store.clients);
      const seam = store.clients as { find: typeof find };
      let secret = '';
      // The request has been proven by the old secret when the new one comes.
      seam.find = async (id) => {
        const found = await find(id);
        seam.find = find;
        const rotated = await grantor.api('PATCH', `/clients/${app.id}/regenerate`);
        ({ client_secret: secret } = (await rotated.json()) as { client_secret: string });
        return found;
      };
      const response = await app.post('/oauth2/token', { grant_type: 'client_credentials' });
      const { access_token: token } = (await response.json()) as { access_token: string };
      expect(token).toEqual(expect.any(String));
      const told = await app.post('/oauth2/introspect', { token, client_secret: secret });
      expect(await told.json()).toEqual({ active: false });
    },
  );
});
