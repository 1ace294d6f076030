import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formWithButton, HttpBrowser } from '../../../../test/kit/browser.js';
import { databases } from '../../../../test/kit/servers.js';
import { type AttackedServer, startAttackedServer } from './support/attacked-server.js';
import { expectErrorPage, expectPage, expectRefusedForm } from './support/refusals.js';
import { authorizationPath, authorizationRequest, pkce, redirectUri } from './support/requests.js';
import { cookiesOf, encodeForm, follow, type Sending, send } from './support/send.js';

/** The form of a page of this server, and all that the browser would send with it. */
interface OpenForm {
  readonly path: string;
  readonly cookie: string;
  readonly fields: Readonly<Record<string, string>>;
}

describe.each(databases)('on %s', (database) => {
  let server: AttackedServer;
  beforeAll(async () => {
    server = await startAttackedServer({ database });
  });
  afterAll(() => server.stop());

  const addressOf = (changes?: Readonly<Record<string, string>>) => authorizationPath(server.app, changes);

  /** The sign-in page of a browser without cookies. */
  async function signInForm(changes: Readonly<Record<string, string>> = {}): Promise<OpenForm> {
    const { page, cookie } = await follow(server.issuer, await send(server.issuer, addressOf(changes)));
    expectPage(page, 200);
    const form = formWithButton(page.body, 'sign-in');
    return { path: form.action, cookie, fields: form.fields };
  }

  /** The consent page, for a user who has just signed in. */
  async function consentForm(button: 'allow' | 'deny' = 'allow'): Promise<OpenForm> {
    const { path, cookie, fields } = await signInForm({ prompt: 'consent' });
    const { username, password } = server.grantor.user;
    const signedIn = await post({ path, cookie, fields: { ...fields, username, password } });
    expect(signedIn.status).toBe(303);
    const cookies = `${cookie}; ${cookiesOf(signedIn)}`;
    const page = await send(server.issuer, signedIn.headers.get('location') ?? '', {
      headers: { cookie: cookies },
    });
    expectPage(page, 200);
    const form = formWithButton(page.body, button);
    return { path: form.action, cookie: cookies, fields: form.fields };
  }

  /** The page to choose an account, for a signed-in user. */
  async function accountForm(): Promise<OpenForm> {
    const { cookie } = await consentForm();
    const headers = { cookie };
    const start = await send(server.issuer, addressOf({ prompt: 'select_account' }), { headers });
    const page = await send(server.issuer, start.headers.get('location') ?? '', { headers });
    expectPage(page, 200);
    const form = formWithButton(page.body, 'continue');
    return { path: form.action, cookie, fields: form.fields };
  }

  const post = ({ path, cookie, fields }: OpenForm, headers: Sending['headers'] = {}) =>
    postText(path, new URLSearchParams(fields).toString(), { cookie, ...headers });

  const postText = (path: string, body: string, headers: Sending['headers']) =>
    send(server.issuer, path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
    });

  const forms: readonly (readonly [string, () => Promise<OpenForm>])[] = [
    ['/signin', () => signInForm()],
    ['/consent', () => consentForm()],
    ['/signin/account', () => accountForm()],
    ['/signin/switch', async () => ({ ...(await consentForm()), path: '/signin/switch' })],
  ];
  describe.each(forms)('a form sent to %s', (_path, open) => {
    const foreign = { error: 'access_denied', names: 'not sent from a page of this site', status: 403 };

    it.each([
      ['missing', undefined],
      ['empty', ''],
      ['wrong', 'a'.repeat(43)],
      ['NUL', '\u0000'],
      ['beyond ASCII', '☃'],
      ['very long', 'a'.repeat(60_000)],
    ])('is refused when its CSRF token is %s', async (_what, token) => {
      const { csrf_token: _, ...fields } = (await open()).fields;
      const form = await open();
      const reply = await post({
        ...form,
        fields: token === undefined ? fields : { ...fields, csrf_token: token },
      });
      expectErrorPage(reply, foreign);
    });

    it("is refused when its CSRF token is another browser's", async () => {
      const [form, other] = [await open(), await open()];
      const fields = { ...form.fields, csrf_token: other.fields.csrf_token ?? '' };
      expectErrorPage(await post({ ...form, fields }), foreign);
    });

    it.each([
      ['no cookie', ''],
      ['an empty cookie', 'grantor_browser_a='],
      ['a cookie that is too long', `grantor_browser_a=${'a'.repeat(200)}`],
      ['a made-up cookie', 'grantor_browser_a=abc'],
      ['broken cookies', '=;;;grantor_browser_a;=a; grantor_session=%FF'],
    ])('is refused with %s', async (_what, cookie) => {
      expectErrorPage(await post({ ...(await open()), cookie }), foreign);
    });

    it.each([['cross-site'], ['same-site'], ['nonsense']])(
      'is refused when Sec-Fetch-Site is %s',
      async (site) => {
        expectErrorPage(await post(await open(), { 'sec-fetch-site': site }), foreign);
      },
    );

    it.each([
      ['application/json', '{"ticket":"a"}'],
      ['text/plain', 'ticket=a'],
      ['multipart/form-data; boundary=x', '--x--'],
    ])('is refused as %s', async (type, body) => {
      const { path, cookie } = await open();
      const reply = await postText(path, body, { cookie, 'content-type': type });
      expectErrorPage(reply, foreign);
    });

    it('is refused when it is too large', async () => {
      const { path, cookie } = await open();
      const reply = await postText(path, 'a'.repeat(70_000), { cookie });
      expectErrorPage(reply, { error: 'invalid_request', names: '65536', status: 413 });
      expectRefusedForm(reply);
    });

    it('is refused as text/plain even with its CSRF token, with the problem of the form', async () => {
      const { path, cookie, fields } = await open();
      const body = new URLSearchParams(fields).toString();
      const reply = await postText(path, body, { cookie, 'content-type': 'text/plain' });
      expectErrorPage(reply, { error: 'invalid_request', names: 'application/x-www-form-urlencoded' });
      expectRefusedForm(reply);
    });

    it('is refused when it is not UTF-8', async () => {
      const { path, cookie } = await open();
      const reply = await send(server.issuer, path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
        body: Uint8Array.of(0x61, 0x3d, 0xff),
      });
      expectErrorPage(reply, { error: 'invalid_request', names: 'UTF-8' });
    });

    it.each([
      ['of another kind', 'nonsense'],
      ['that is not base64', '%00☃'],
      ['that was changed', 'A'.repeat(400)],
      ['that is very long', 'A'.repeat(50_000)],
      ['that is JSON', '{"parameters":{}}'],
    ])('must be started again with a ticket %s', async (_what, ticket) => {
      const form = await open();
      const reply = await post({ ...form, fields: { ...form.fields, ticket } });
      expectPage(reply, 400);
      expect(reply.body).toContain('start again');
    });

    it('must be started again if any character of its ticket was changed', async () => {
      const form = await open();
      const ticket = form.fields.ticket ?? '';
      for (const at of [0, 20, Math.floor(ticket.length / 2), ticket.length - 3]) {
        const changed = `${ticket.slice(0, at)}${ticket[at] === 'A' ? 'B' : 'A'}${ticket.slice(at + 1)}`;
        expectPage(await post({ ...form, fields: { ...form.fields, ticket: changed } }), 400);
      }
    });

    it('must start again an hour later, with a link', async () => {
      const form = await open();
      server.sleep(3601);
      const reply = await post(form);
      expectPage(reply, 400);
      expect(reply.body).toContain('href="/oauth2/authorize?');
    });
  });

  describe.each([['/signin'], ['/signin/account'], ['/consent']])('the page %s', (path) => {
    it.each([['nonsense'], ['%FF'], ['%00'], ['%'], ['A'.repeat(8000)], ['a&ticket=b']])(
      'is not opened with the ticket %s',
      async (ticket) => {
        expectPage(await send(server.issuer, `${path}?ticket=${ticket}`), 400);
      },
    );
  });

  it.each(['/consent', '/signin/account'])('%s is not opened without a ticket', async (path) => {
    expectPage(await send(server.issuer, path), 400);
  });

  describe('a sign-in', () => {
    it.each([
      ['nothing at all', '', ''],
      ['NUL', '\u0000', '\u0000'],
      ['NUL within', 'ada\u0000@example.com', 'x'],
      ['control characters', '\u0001\u001b[2J', '\u0007'],
      ['half characters', '%ED%A0%80', '%ED%A0%80'],
      ['bytes that UTF-8 never has', '%FF%FE', '%FF'],
      ['SQL', "' OR 1=1 --", "' OR 1=1 --"],
      ['a name that every object has', '__proto__', 'constructor'],
      ['an endless name', 'a'.repeat(30_000), 'x'],
      ['a name that grows when it is normalized', '\ufdfa'.repeat(3000), 'x'],
      ['an endless password', 'ada@example.com', 'a'.repeat(30_000)],
      ['marks without end', `a${'\u0301'.repeat(5000)}`, 'x'],
    ])('with %s is refused like any wrong login', async (_what, username, password) => {
      const { path, cookie, fields } = await signInForm();
      const { username: _, password: __, ...hidden } = fields;
      const body = `${new URLSearchParams(hidden).toString()}&username=${encode(username)}&password=${encode(password)}`;
      const reply = await postText(path, body, { cookie });
      expectPage(reply, 400);
      expect(reply.body).toContain('The username or password is wrong');
    });

    it('with another spelling of the login is of the same user', async () => {
      const { path, cookie, fields } = await signInForm();
      const { username, password } = server.grantor.user;
      const reply = await post({
        path,
        cookie,
        fields: { ...fields, username: ` ${username.toUpperCase()} `, password },
      });
      expect(reply.status).toBe(303);
    });
  });

  describe('a consent', () => {
    it.each([[''], ['ALLOW'], ['maybe'], ['toString'], ['allow\u0000']])(
      'of "%s" is neither allowed nor denied: the page asks again',
      async (decision) => {
        const form = await consentForm();
        const reply = await post({ ...form, fields: { ...form.fields, decision } });
        expectPage(reply, 200);
        expect(reply.body).toContain('id="allow"');
      },
    );

    it('that is denied redirects to the app with access_denied, state and iss (RFC 6749 §4.1.2.1)', async () => {
      const reply = await post(await consentForm('deny'));
      const location = new URL(reply.headers.get('location') ?? '');
      expect(location.origin + location.pathname).toBe(redirectUri);
      expect(Object.fromEntries(location.searchParams)).toMatchObject({
        error: 'access_denied',
        state: 'the state',
        iss: server.issuer,
      });
    });
  });

  describe('text of a stranger', () => {
    const hostile = `"><img src=x onerror=alert(1)>'<script>alert(1)</script>\u202e`;

    it('is escaped on the sign-in page: login_hint and the sent login', async () => {
      const start = await send(server.issuer, addressOf({ login_hint: hostile }));
      const { page, cookie } = await follow(server.issuer, start);
      expectPage(page, 200);
      expect(page.body).toContain('value="&quot;&gt;&lt;img src=x onerror=alert(1)&gt;');
      const { fields } = formWithButton(page.body, 'sign-in');
      const again = await post({
        path: '/signin',
        cookie,
        fields: { ...fields, username: hostile, password: hostile },
      });
      expectPage(again, 400);
    });

    it('is escaped on every page with the name or host of the app', async () => {
      const app = await server.grantor.register({
        name: hostile,
        redirectUris: ["https://app.example.com/?a='onerror=alert(1)&b=(c)"],
      });
      const browser = new HttpBrowser();
      const query = encodeForm({
        ...authorizationRequest(app, { redirect_uri: "https://app.example.com/?a='onerror=alert(1)&b=(c)" }),
        ...pkce,
        state: hostile.slice(0, -1),
      });
      const signIn = await browser.open(`${server.issuer}/oauth2/authorize?${query}`);
      expect(signIn.html).toContain('&lt;img src=x onerror=alert(1)&gt;');
      const consent = await browser.signIn(signIn, server.grantor.user);
      for (const { html } of [signIn, consent]) {
        expect(html).not.toMatch(/<script(?! id="(?:form|passkey)-script">)|<img|\u202e/);
        expect(html).toContain('&lt;script&gt;');
      }
      const allowed = await browser.submit(consent, 'allow');
      expect(allowed.left?.searchParams.get('state')).toBe(hostile.slice(0, -1));
    });

    it('is not repeated on error pages', async () => {
      for (const changes of [
        { client_id: hostile.slice(0, -1) },
        { redirect_uri: 'javascript:alert(1)//<img' },
      ]) {
        const reply = await send(server.issuer, addressOf({ ...changes }));
        expectPage(reply, 400);
        expect(reply.body).not.toContain('alert(1)');
      }
    });
  });
});

/** Text that is encoded already is sent as it is. */
function encode(text: string): string {
  return text.startsWith('%') ? text : encodeURIComponent(text);
}
