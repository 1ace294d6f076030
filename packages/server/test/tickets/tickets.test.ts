import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { purgeAt } from '../../../../test/kit/purge.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { type RequestParameters, registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addGrace } from '../openid-connect-core/support/users.js';

const HOUR = 3600;

const isSignIn = (page: OpenedPage) => page.html.includes('id="sign-in"');
const isConsent = (page: OpenedPage) => page.html.includes('id="allow"');
const codeOf = (page: OpenedPage) => page.left?.searchParams.get('code') ?? undefined;
const errorOf = (page: OpenedPage) => page.left?.searchParams.get('error');

/** The heading of the page, if the browser was not redirected to the app. */
function headingOf(page: OpenedPage): string | undefined {
  if (page.left !== undefined) return `the app: ${page.left.search}`;
  return /<h1[^>]*>([^<]*)/.exec(page.html)?.[1];
}

const ANSWERED = 'You have already answered this request';

describe.each(databases)('the ticket of an authorization request, on %s', (database) => {
  let grantor: TestServer;
  let now = 1_800_000_000;
  beforeAll(async () => {
    grantor = await startServer({ database, clock: () => now });
  });
  afterAll(() => grantor.stop());

  const open = (app: TestApp, parameters: RequestParameters = {}) =>
    app.browser.open(app.authorizationUrl(parameters));

  const signIn = (app: TestApp, page: OpenedPage) => app.browser.signIn(page, app.user);

  /** A consent page, for a user who has just signed in. */
  async function consentPage(
    parameters: RequestParameters = {},
  ): Promise<{ app: TestApp; page: OpenedPage }> {
    const app = await registerApp(grantor);
    const page = await signIn(app, await open(app, parameters));
    expect(isConsent(page)).toBe(true);
    return { app, page };
  }

  /** An app with a browser that is signed in and has allowed `openid`. */
  async function connectedApp(): Promise<TestApp> {
    const app = await registerApp(grantor);
    await app.code();
    return app;
  }

  const codesOf = async (app: TestApp): Promise<number> =>
    ((await (await grantor.api('GET', `/grants?client_id=${app.id}`)).json()) as { data: unknown[] }).data
      .length;

  describe('is spent with the decision', () => {
    it('the same consent form gives no second code', async () => {
      const { app, page } = await consentPage();
      expect(codeOf(await app.browser.submit(page, 'allow'))).toBeDefined();
      const again = await app.browser.submit(page, 'allow');
      expect({ heading: headingOf(again), status: again.status }).toEqual({ heading: ANSWERED, status: 400 });
      expect(await codesOf(app)).toBe(1);
    });

    it('of 50 simultaneous decisions one gets a code', async () => {
      const { app, page } = await consentPage();
      const responses = await Promise.all(
        Array.from({ length: 50 }, () => app.browser.submit(page, 'allow')),
      );
      expect(responses.filter((answer) => codeOf(answer) !== undefined)).toHaveLength(1);
      expect(responses.filter((answer) => headingOf(answer) === ANSWERED)).toHaveLength(49);
      expect(await codesOf(app)).toBe(1);
    });

    it('of simultaneous Allow and Deny one takes effect', async () => {
      const { app, page } = await consentPage();
      const responses = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          app.browser.submit(page, index % 2 === 0 ? 'allow' : 'deny'),
        ),
      );
      expect(responses.filter((answer) => answer.left !== undefined)).toHaveLength(1);
    });

    it('an old consent page in the history gives no code, nor does its sign-in page', async () => {
      const app = await registerApp(grantor);
      const first = await open(app, { prompt: 'login' });
      const page = await signIn(app, first);
      expect(codeOf(await app.browser.submit(page, 'allow'))).toBeDefined();
      for (const url of [page.url, first.url, page.url.replace('/consent', '/signin')]) {
        expect(headingOf(await app.browser.open(url))).toBe(ANSWERED);
      }
      expect(headingOf(await signIn(app, first))).toBe(ANSWERED);
      expect(await codesOf(app)).toBe(1);
    });

    it('a sign-in form that needs no consent page gives one code', async () => {
      const app = await connectedApp();
      const page = await open(app, { prompt: 'login' });
      const responses = await Promise.all([1, 2, 3, 4].map(() => signIn(app, page)));
      expect(responses.filter((answer) => codeOf(answer) !== undefined)).toHaveLength(1);
      expect(await codesOf(app)).toBe(2);
    });

    it('the choice of an account is made once', async () => {
      const app = await connectedApp();
      const page = await open(app, { prompt: 'select_account' });
      expect(codeOf(await app.browser.submit(page, 'continue'))).toBeDefined();
      expect(headingOf(await app.browser.submit(page, 'continue'))).toBe(ANSWERED);
    });

    it('a denied request cannot be allowed any more, and is denied once', async () => {
      const { app, page } = await consentPage();
      expect(errorOf(await app.browser.submit(page, 'deny'))).toBe('access_denied');
      expect(headingOf(await app.browser.submit(page, 'allow'))).toBe(ANSWERED);
      expect(headingOf(await app.browser.submit(page, 'deny'))).toBe(ANSWERED);
      expect(headingOf(await app.browser.open(page.url))).toBe(ANSWERED);
      const { items } = await grantor.server.store.audit.list(
        { limit: 9, after: null },
        { clientId: app.id, type: 'consent.denied' },
      );
      expect(items).toHaveLength(1);
    });

    it('a denial without a session spends it too', async () => {
      const { app, page } = await consentPage();
      const session = app.browser.cookieValue('grantor_session');
      app.browser.forget('grantor_session');
      expect(errorOf(await app.browser.submit(page, 'deny'))).toBe('access_denied');
      expect(session).toBeDefined();
      expect(headingOf(await app.browser.open(page.url))).toBe(ANSWERED);
    });

    it('an error that was sent to the app spends it too', async () => {
      const app = await registerApp(grantor);
      const hint = (await app.tokens()).id_token;
      const grace = await addGrace(grantor);
      const page = await open(app, { prompt: 'login', id_token_hint: hint });
      expect(errorOf(await app.browser.signIn(page, grace))).toBe('login_required');
      expect(headingOf(await signIn(app, page))).toBe(ANSWERED);
    });

    it('each of two tabs has its own', async () => {
      const app = await registerApp(grantor);
      const [one, two] = [await open(app, { state: 'one' }), await open(app, { state: 'two' })];
      const consents = [await signIn(app, one), await open(app, { state: 'three' })];
      // The second tab still shows its sign-in page; signing in there as well is fine.
      consents.push(await signIn(app, two));
      const states = [];
      for (const page of consents) {
        const { left } = isConsent(page) ? await app.browser.submit(page, 'allow') : page;
        states.push(left?.searchParams.get('state'));
      }
      expect(states).toEqual(['one', 'three', 'two']);
    });

    it('Back to the sign-in page leads to consent, and to the app once', async () => {
      const app = await registerApp(grantor);
      const first = await open(app);
      await signIn(app, first);
      const back = await app.browser.open(first.url);
      expect(isConsent(back)).toBe(true);
      expect(codeOf(await app.browser.submit(back, 'allow'))).toBeDefined();
    });

    it('needs no row until the decision, and then one', async () => {
      const everything = () => grantor.server.store.spentTickets.purge(now + 10 * HOUR, 1000);
      await everything();
      const { app, page } = await consentPage();
      expect(await everything()).toBe(0);
      await app.browser.submit(page, 'allow');
      expect(await everything()).toBe(1);
    });

    it('stays spent while a process with a slow clock could accept it, and is purged then', async () => {
      const settings = {
        accessTokenSeconds: 1,
        refreshRetrySeconds: 1,
        unusedClientSeconds: 1,
        auditSeconds: 1,
      };
      const run = () => purgeAt(grantor, now, settings);
      const { app, page } = await consentPage();
      const spent = () => app.browser.open(page.url).then(headingOf);
      await app.browser.submit(page, 'allow');
      now += HOUR;
      await run();
      expect(await spent()).toBe(ANSWERED);
      now += 400;
      await run();
      expect(await spent()).toBe('This request has expired');
    });
  });

  describe('is bound to the browser that sent the request', () => {
    it('is refused in another browser, without details of the request', async () => {
      const { page } = await consentPage();
      const other = await registerApp(grantor);
      await other.code();
      for (const path of ['/signin', '/consent', '/signin/account']) {
        const elsewhere = await other.browser.open(page.url.replace('/consent', path));
        expect(headingOf(elsewhere)).toBe('This page was opened in another browser');
        expect(elsewhere.html).not.toContain('Test app');
        expect(elsewhere.html).not.toContain('/oauth2/authorize');
      }
    });

    it('from its first redirect', async () => {
      const app = await registerApp(grantor);
      const start = await app.browser.request(app.authorizationUrl());
      const stolen = `${grantor.issuer}${start.headers.get('location')}`;
      expect(headingOf(await new HttpBrowser().open(stolen))).toBe('This page needs cookies');
      expect(isSignIn(await app.browser.open(stolen))).toBe(true);
    });

    it('tells a browser without cookies that it needs them', async () => {
      const app = await registerApp(grantor);
      const start = await fetch(app.authorizationUrl(), { redirect: 'manual' });
      const page = await fetch(`${grantor.issuer}${start.headers.get('location')}`);
      expect(page.status).toBe(400);
      expect(await page.text()).toContain('Allow cookies for this site');
    });

    it('is refused with the form of another browser', async () => {
      const { page } = await consentPage();
      const other = await consentPage();
      const ticket = new URL(page.url).searchParams.get('ticket') ?? '';
      const answer = await other.app.browser.submit(other.page, 'allow', { ticket });
      expect(headingOf(answer)).toBe('This page was opened in another browser');
    });

    it('simultaneous windows of a new browser keep their tickets', async () => {
      const app = await registerApp(grantor);
      const pages = await Promise.all(['1', '2', '3'].map((state) => open(app, { state })));
      expect(pages.map(isSignIn)).toEqual([true, true, true]);
      for (const page of pages) {
        const next = await signIn(app, page);
        const { left } = isConsent(next) ? await app.browser.submit(next, 'allow') : next;
        expect(left?.searchParams.has('code')).toBe(true);
      }
    });

    it('a form of another site, without cookies, starts one for the browser that opens the page', async () => {
      const app = await connectedApp();
      const [address, body] = app.authorizationUrl({ prompt: 'consent' }).split('?');
      const sent = await fetch(address ?? '', {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://app.example.com' },
        body: body ?? '',
      });
      // It would replace the cookie that the browser does not send here.
      expect(sent.headers.getSetCookie()).toEqual([]);
      const first = `${grantor.issuer}${sent.headers.get('location')}`;
      const page = await app.browser.open(first);
      expect(isConsent(page)).toBe(true);
      const bound = page.url.replace('/consent', '/signin');
      expect(headingOf(await new HttpBrowser().open(bound))).toBe('This page needs cookies');
      expect(codeOf(await app.browser.submit(page, 'allow'))).toBeDefined();
      expect(headingOf(await app.browser.open(first))).toBe(ANSWERED);
    });

    it('prompt=none in a frame of another site starts none', async () => {
      const app = await registerApp(grantor);
      const response = await fetch(app.authorizationUrl({ prompt: 'none' }), { redirect: 'manual' });
      expect(response.headers.get('location')).toContain('error=login_required');
      expect(response.headers.getSetCookie()).toEqual([]);
    });
  });

  describe('has the time of the request (OpenID Connect Core 1.0 §3.1.2.1)', () => {
    it('prompt=login is satisfied by a later sign-in, also in another window', async () => {
      const app = await connectedApp();
      const waiting = await open(app, { prompt: 'login' });
      expect(isSignIn(await app.browser.open(waiting.url))).toBe(true);
      now += 10;
      await signIn(app, await open(app, { prompt: 'login', state: 'another' }));
      expect(codeOf(await app.browser.open(waiting.url))).toBeDefined();
    });

    it('prompt=login is not satisfied by an earlier sign-in in the same second', async () => {
      const app = await connectedApp();
      const page = await open(app, { prompt: 'login' });
      for (const path of ['/signin', '/consent', '/signin/account']) {
        expect(isSignIn(await app.browser.open(page.url.replace('/signin', path)))).toBe(true);
      }
    });

    it('max_age is measured at that time, so that a user may take time on the consent page', async () => {
      const app = await registerApp(grantor);
      await app.code();
      now += 50;
      const page = await open(app, { max_age: '60', scope: 'openid files:read' });
      expect(isConsent(page)).toBe(true);
      now += 30;
      expect(codeOf(await app.browser.submit(page, 'allow'))).toBeDefined();
    });

    it('expires an hour after that, however often its pages are opened', async () => {
      const { app, page } = await consentPage();
      now += HOUR - 1;
      const form = await app.browser.open(page.url);
      expect(isConsent(form)).toBe(true);
      now += 1;
      for (const late of [await app.browser.open(page.url), await app.browser.submit(form, 'allow')]) {
        expect(headingOf(late)).toBe('This request has expired');
      }
    });
  });
});
