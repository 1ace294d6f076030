import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newestEvents } from '../../../../test/kit/audit-events.js';
import { formWithButton, HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { addSignedInUser, addUser, type SignedInUser } from '../../../../test/kit/users.js';
import { corpAt, StubProvider } from './stub-provider.js';

describe('connecting a provider with an account', () => {
  let provider: StubProvider;
  let grantor: TestServer;
  let ada: SignedInUser;
  let subject: string;

  beforeAll(async () => {
    provider = await StubProvider.start();
    grantor = await startServer({
      settings: {
        signInsPerAddress: 1_000_000,
        providers: [corpAt(provider)],
      },
    });
  });
  afterAll(async () => {
    await grantor.stop();
    await provider.stop();
  });
  beforeEach(async () => {
    subject = randomUUID();
    ada = await addSignedInUser(grantor);
  });

  const at = (path: string) => grantor.issuer + path;

  async function toProvider(browser: HttpBrowser, query = '?purpose=link'): Promise<URL> {
    const { left } = await browser.open(at(`/signin/with/corp${query}`));
    if (left === undefined) throw new Error('the browser stayed');
    return left;
  }

  /** The page that asks whether to connect. */
  async function visit(browser: HttpBrowser): Promise<OpenedPage> {
    const claims = { sub: subject, email: `${subject}@corp.example` };
    return browser.open(provider.allow(await toProvider(browser), { claims }).href);
  }

  const linked = () => grantor.server.store.externalIdentities.find('corp', subject);

  it('connects after the user has seen which account it is, and signs in with it from then on', async () => {
    const page = await ada.browser.open(at('/account/providers'));
    expect(page.html).toContain('No account at another provider is connected');
    expect(page.html).toContain('id="connect-corp"');
    const question = await visit(ada.browser);
    expect(question.html).toContain(`${subject}@corp.example`);
    expect(question.html).toContain(ada.user.username);
    expect(await linked()).toBeUndefined();

    const done = await ada.browser.submit(question, 'connect');
    expect(done.html).toContain('The account was connected');
    expect(done.html).toContain(`${subject}@corp.example`);
    expect((await linked())?.account.id).toBe(ada.user.id);
    const [event] = await newestEvents(grantor);
    expect(event).toMatchObject({
      type: 'identity.linked',
      accountId: ada.user.id,
      after: { provider: 'corp', label: `${subject}@corp.example` },
    });

    const browser = new HttpBrowser();
    await browser.open(provider.allow(await toProvider(browser, ''), { claims: { sub: subject } }).href);
    expect((await browser.open(at('/account/profile'))).html).toContain(ada.user.username);
  });

  it('connects nothing by a response that an attacker brings into the browser (RFC 9700 §4.7)', async () => {
    const attacker = new HttpBrowser();
    await attacker.open(at('/signin'));
    for (const query of ['', '?purpose=link']) {
      const mallory = query === '' ? attacker : (await addSignedInUser(grantor)).browser;
      const back = provider.allow(await toProvider(mallory, query), { claims: { sub: subject } });
      expect((await ada.browser.open(back.href)).status).toBe(400);
    }
    expect(await linked()).toBeUndefined();
  });

  it('connects nothing without the form of this browser, session and user', async () => {
    const { action, fields } = formWithButton((await visit(ada.browser)).html, 'connect');
    const send = (browser: HttpBrowser, changes: Readonly<Record<string, string>> = {}) =>
      browser.open(at(action), { method: 'POST', body: new URLSearchParams({ ...fields, ...changes }) });
    const mallory = await addSignedInUser(grantor);
    expect((await send(mallory.browser)).status).toBe(403);
    const own = await visit(mallory.browser);
    const { csrf_token: token = '', account = '' } = formWithButton(own.html, 'connect').fields;
    // The identity of another session, in a form of this one.
    expect((await send(mallory.browser, { csrf_token: token, account })).status).toBe(400);
    expect((await send(ada.browser, { csrf_token: 'made-up' })).status).toBe(403);
    expect((await send(ada.browser, { identity: 'made-up' })).status).toBe(400);
    expect((await send(ada.browser, { account: mallory.user.id })).status).toBe(409);
    expect(await linked()).toBeUndefined();
    expect((await send(ada.browser)).html).toContain('The account was connected');
  });

  it('asks nothing where another user has signed in before the provider responds', async () => {
    const back = provider.allow(await toProvider(ada.browser), { claims: { sub: subject } });
    const other = await addUser(grantor);
    await ada.browser.submit(await ada.browser.open(at('/signout')), 'sign-out');
    await ada.browser.signIn(await ada.browser.open(at('/signin')), other);
    const page = await ada.browser.open(back.href);
    expect([page.status, page.html]).toEqual([400, expect.stringContaining('Nothing was changed')]);
  });

  it('connects no identity that has an account already', async () => {
    const browser = new HttpBrowser();
    await browser.open(provider.allow(await toProvider(browser, ''), { claims: { sub: subject } }).href);
    const page = await ada.browser.submit(await visit(ada.browser), 'connect');
    expect([page.status, page.html]).toEqual([409, expect.stringContaining('already connected')]);
    expect((await linked())?.account.id).not.toBe(ada.user.id);
  });

  it('disconnects, unless it is the only way to sign in', async () => {
    await ada.browser.submit(await visit(ada.browser), 'connect');
    const page = await ada.browser.open(at('/account/providers'));
    expect((await ada.browser.submit(page, 'disconnect-0')).html).toContain('The account was disconnected');
    expect(await linked()).toBeUndefined();

    const browser = new HttpBrowser();
    await browser.open(provider.allow(await toProvider(browser, ''), { claims: { sub: subject } }).href);
    const own = await browser.open(at('/account/providers'));
    const refused = await browser.submit(own, 'disconnect-0');
    expect([refused.status, refused.html]).toEqual([
      409,
      expect.stringContaining('your only way to sign in'),
    ]);
    expect(await linked()).toBeDefined();
  });

  it('leads a user without a session to the sign-in page, and then to the linked accounts', async () => {
    const browser = new HttpBrowser();
    const page = await browser.open(at('/signin/with/corp?purpose=link'));
    expect(page.html).toContain('id="sign-in"');
    expect((await browser.signIn(page, ada.user)).url).toBe(at('/account/providers'));
  });

  it('has the linked accounts in the data that the user downloads, without a secret', async () => {
    await ada.browser.submit(await visit(ada.browser), 'connect');
    const data = await grantor.server.store.externalIdentities.list(ada.user.id);
    expect(data).toMatchObject([{ provider: 'corp', subject, label: `${subject}@corp.example` }]);
  });
});
