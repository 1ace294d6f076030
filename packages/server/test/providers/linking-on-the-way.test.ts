import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { formWithButton, HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addUser, type TestUser } from '../../../../test/kit/users.js';
import { leave, linkOf } from './leave.js';
import { corpAt, StubProvider } from './stub-provider.js';

describe('connecting a provider on the way to an app', () => {
  let provider: StubProvider;
  let grantor: TestServer;
  let app: TestApp;
  let user: TestUser;
  let subject: string;
  /** Seconds that the clock of the server is ahead. */
  let ahead = 0;

  beforeAll(async () => {
    provider = await StubProvider.start();
    grantor = await startServer({
      clock: () => Math.floor(Date.now() / 1000) + ahead,
      settings: {
        signInsPerAddress: 1_000_000,
        providers: [corpAt(provider)],
      },
    });
    app = await registerApp(grantor);
  });
  afterAll(async () => {
    await grantor.stop();
    await provider.stop();
  });
  beforeEach(async () => {
    ahead = 0;
    subject = randomUUID();
    app = app.inNewBrowser();
    user = await addUser(grantor);
  });

  /** The page after a sign-in at the provider with the address of the user's account. */
  async function visit(browser = app.browser): Promise<OpenedPage> {
    const page = await browser.open(app.authorizationUrl());
    const request = await leave(browser, page, 'with-corp');
    const claims = { sub: subject, email: user.email, email_verified: true };
    return browser.open(provider.allow(request, { claims }).href);
  }

  /** The sign-in page, with the identity in its ticket. */
  async function toSignIn(): Promise<OpenedPage> {
    const href = linkOf(await visit(), 'to-account');
    if (href === undefined) throw new Error('no link');
    return app.browser.open(href.href);
  }

  const ask = async (by = user) => app.browser.signIn(await toSignIn(), by);

  const linked = async () =>
    (await grantor.server.store.externalIdentities.find('corp', subject))?.account.id;

  /** Allows the app. @returns whether it got a code */
  async function allow(page: OpenedPage): Promise<boolean> {
    const { left } = await app.browser.submit(page, 'allow');
    return left?.searchParams.has('code') === true;
  }

  it('asks after the proof of both, connects, and goes on to the app', async () => {
    const question = await ask();
    expect(new URL(question.url).pathname).toBe('/signin/connect');
    expect(question.html).toContain('Connect Corp?');
    expect(await linked()).toBeUndefined();
    expect(await allow(await app.browser.submit(question, 'connect'))).toBe(true);
    expect(await linked()).toBe(user.id);
  });

  it('goes on to the app without connecting if the user does not want to', async () => {
    const later = linkOf(await ask(), 'cancel');
    expect(await allow(await app.browser.open(later?.href ?? ''))).toBe(true);
    expect(await linked()).toBeUndefined();
  });

  it('goes on at once where the app needs no consent any more', async () => {
    expect(await allow(await app.browser.signIn(await app.browser.open(app.authorizationUrl()), user))).toBe(
      true,
    );
    app = app.inNewBrowser();
    const { left } = await app.browser.submit(await ask(), 'connect');
    expect(left?.searchParams.has('code')).toBe(true);
    expect(await linked()).toBe(user.id);
  });

  it('asks nothing of a session that was open when the request arrived: it proves no one (RFC 9700 §4.7)', async () => {
    await app.browser.signIn(await app.browser.open(`${grantor.issuer}/signin`), user);
    const page = await app.browser.open(app.authorizationUrl({ prompt: 'login' }));
    const request = await leave(app.browser, page, 'with-corp');
    const claims = {
      sub: subject,
      email: user.email,
      email_verified: true,
      auth_time: Math.floor(Date.now() / 1000),
    };
    const notConnected = await app.browser.open(provider.allow(request, { claims }).href);
    const ticket = linkOf(notConnected, 'to-account')?.searchParams.get('ticket') ?? '';
    const next = await app.browser.open(`${grantor.issuer}/signin/connect?ticket=${ticket}`);
    expect(next.html).not.toContain('Connect Corp?');
    expect(next.html).toContain('id="sign-in"');
    expect(await linked()).toBeUndefined();
  });

  it('asks nothing in another browser, nor after a quarter of an hour', async () => {
    const page = await toSignIn();
    const foreign = await new HttpBrowser().open(page.url);
    expect(foreign.html).not.toContain('id="sign-in"');
    ahead = 901;
    expect((await app.browser.signIn(page, user)).html).toContain('id="allow"');
    expect(await linked()).toBeUndefined();
  });

  it('connects nothing without the form, nor for another user than the page showed', async () => {
    const { action, fields } = formWithButton((await ask()).html, 'connect');
    const send = (changes: Readonly<Record<string, string>>) =>
      app.browser.open(grantor.issuer + action, {
        method: 'POST',
        body: new URLSearchParams({ ...fields, ...changes }),
      });
    expect((await send({ csrf_token: 'made-up' })).status).toBe(403);
    expect((await send({ account: 'another' })).html).toContain('Connect Corp?');
    expect((await send({ decision: '' })).html).toContain('Connect Corp?');
    expect((await send({ ticket: 'made-up' })).status).toBe(400);
    expect(await linked()).toBeUndefined();
  });

  it('says so where the identity got an account meanwhile, and goes on to the app', async () => {
    const question = await ask();
    const now = Math.floor(Date.now() / 1000);
    const other = await addUser(grantor);
    await grantor.server.store.externalIdentities.link(
      {
        provider: 'corp',
        subject,
        accountId: other.id,
        label: null,
        managesProfile: false,
        createdAt: now,
        lastUsedAt: now,
      },
      20,
    );
    const page = await app.browser.submit(question, 'connect');
    expect([page.status, page.html]).toEqual([409, expect.stringContaining('already connected')]);
    expect(await allow(await app.browser.open(linkOf(page, 'continue')?.href ?? ''))).toBe(true);
    expect(await linked()).toBe(other.id);
  });
});
