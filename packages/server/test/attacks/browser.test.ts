import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, formWithButton, HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { startServer } from '../../../../test/kit/servers.js';
import { addUser } from '../../../../test/kit/users.js';
import { formScript, passkeyScript } from '../../src/pages/index.js';
import { type AttackedServer, startAttackedServer } from '../bad-input/support/attacked-server.js';
import { expectErrorPage, expectPage } from '../bad-input/support/refusals.js';
import { authorizationPath, authorizationRequest, redirectUri } from '../bad-input/support/requests.js';
import { cookiesOf, send } from '../bad-input/support/send.js';
import { WatchedBrowser } from '../bad-input/support/watched-browser.js';

let server: AttackedServer;
let other: { readonly username: string; readonly password: string };
beforeAll(async () => {
  server = await startAttackedServer();
  other = await addUser(server.grantor, { username: 'charles@example.com', name: 'Charles Babbage' });
});
afterAll(() => server.stop());

const addressOf = (changes?: Readonly<Record<string, string>>) => authorizationPath(server.app, changes);

/** A browser in which a user has signed in and is asked for consent. */
async function consentPage(
  user: { readonly username: string; readonly password: string } = server.grantor.user,
  browser = new WatchedBrowser(),
  prompt = 'login consent',
): Promise<{ browser: WatchedBrowser; page: OpenedPage }> {
  const signIn = await browser.open(server.issuer + addressOf({ prompt }));
  return { browser, page: await browser.signIn(signIn, user) };
}

const sessionOf = (browser: WatchedBrowser) => browser.cookie('grantor_session');
const foreign = { error: 'access_denied', names: 'not sent from a page of this site', status: 403 };

describe('consent cannot be given for another user', () => {
  it('by a forged request: approval without proof (CVE-2022-39222)', async () => {
    const { browser, page } = await consentPage();
    const { fields } = formWithButton(page.html, 'allow');
    const forged = Buffer.from(JSON.stringify({ parameters: authorizationRequest(server.otherApp) }));
    const answer = await browser.submit(page, 'allow', { ...fields, ticket: forged.toString('base64url') });
    expect({ status: answer.status, left: answer.left }).toEqual({ status: 400, left: undefined });
  });

  it('by another user than the page showed, who signed in in another window', async () => {
    const { browser, page } = await consentPage(server.grantor.user, new WatchedBrowser(), 'consent');
    await consentPage(other, browser);
    const answer = await browser.submit(page, 'allow');
    expect(answer.left).toBeUndefined();
    expect(answer.html).toContain('Charles Babbage');
    expect(answer.html).toContain('id="allow"');
  });

  it('with the page of one browser in another: the session of the attacker', async () => {
    const attacker = await consentPage(other);
    const victim = await consentPage();
    const { fields } = formWithButton(attacker.page.html, 'allow');
    const answer = await victim.browser.open(`${server.issuer}/consent`, {
      method: 'POST',
      body: new URLSearchParams(fields),
    });
    expect(answer).toMatchObject({ status: 403, left: undefined });
  });

  it('by following a link: consent requires POST', async () => {
    const { browser, page } = await consentPage();
    const { fields } = formWithButton(page.html, 'allow');
    const query = new URLSearchParams({ ...fields, decision: 'allow' });
    const answer = await browser.open(`${server.issuer}/consent?${query.toString()}`);
    expect(answer.left).toBeUndefined();
    expect(answer.html).toContain('id="allow"');
  });

  it('by an empty form that skips the question (CVE-2026-49443)', async () => {
    const { browser, page } = await consentPage();
    const { ticket = '', csrf_token = '' } = formWithButton(page.html, 'allow').fields;
    for (const fields of [
      { ticket, csrf_token },
      { ticket, csrf_token, decision: 'allow' },
    ]) {
      const answer = await browser.open(`${server.issuer}/consent`, {
        method: 'POST',
        body: new URLSearchParams(fields),
      });
      expect(answer.left).toBeUndefined();
      expect(answer.html).toContain('id="allow"');
    }
  });

  it('without signing in first: a step that is skipped', async () => {
    const browser = new HttpBrowser();
    const signIn = await browser.open(server.issuer + addressOf());
    const { ticket = '' } = formWithButton(signIn.html, 'sign-in').fields;
    const answer = await browser.open(`${server.issuer}/consent?ticket=${encodeURIComponent(ticket)}`);
    expect(answer.html).toContain('id="sign-in"');
  });

  it('for more than was shown: the request is encrypted in the page', async () => {
    const { browser, page } = await consentPage();
    const answer = await browser.submit(page, 'allow', {
      scope: 'openid files:write',
      client_id: server.otherApp.client_id,
      redirect_uri: 'https://evil.example/',
      state: 'another state',
    });
    expect(`${answer.left?.origin}${answer.left?.pathname}`).toBe(redirectUri);
    expect(answer.left?.searchParams.get('state')).toBe('the state');
  });

  it('to a redirect URI that was removed from the app meanwhile', async () => {
    const app = await server.grantor.register({ redirectUris: [redirectUri] });
    const browser = new HttpBrowser();
    const signIn = await browser.open(server.issuer + addressOf({ client_id: app.client_id }));
    const page = await browser.signIn(signIn, server.grantor.user);
    await server.grantor.api('PATCH', `/clients/${app.client_id}`, {
      redirect_uris: ['https://new.example.com/'],
    });
    expect(await browser.submit(page, 'allow')).toMatchObject({ status: 400, left: undefined });
  });

  it('for another app or another scope: the user is asked again (consent is per app and scope)', async () => {
    const browser = new HttpBrowser();
    await connect(browser, server.issuer + addressOf({ scope: 'openid' }), server.grantor.user);
    for (const changes of [{ client_id: server.otherApp.client_id }, { scope: 'openid files:write' }]) {
      expect((await browser.open(server.issuer + addressOf(changes))).html).toContain('id="allow"');
    }
  });
});

describe('a session', () => {
  it('that was planted before the sign-in is not the one after it: fixation (CVE-2026-7507)', async () => {
    const { browser: attacker } = await consentPage(other);
    const planted = sessionOf(attacker);
    const signIn = await send(server.issuer, '/signin', {
      headers: { cookie: `grantor_session=${planted}x` },
    });
    expectPage(signIn, 200);
    const { fields } = formWithButton(signIn.body, 'sign-in');
    const { username, password } = server.grantor.user;
    const reply = await send(server.issuer, '/signin', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        cookie: `${cookiesOf(signIn)}; grantor_session=${planted}`,
      },
      body: new URLSearchParams({ ...fields, username, password }).toString(),
    });
    expect(reply.status).toBe(303);
    expect(cookiesOf(reply)).toMatch(/^grantor_session=[A-Za-z0-9_-]{43}; grantor_state=/);
    expect(cookiesOf(reply)).not.toContain(planted);
    // The planted session has ended and never becomes the victim's.
    const page = await attacker.open(server.issuer + addressOf());
    expect(page.html).toContain('id="sign-in"');
  });

  it('cannot be chosen with a cookie', async () => {
    for (const chosen of ['chosen', 'A'.repeat(43)]) {
      const reply = await send(server.issuer, addressOf({ prompt: 'none' }), {
        headers: { cookie: `grantor_session=${chosen}` },
      });
      expect(reply.headers.get('location')).toContain('error=login_required');
    }
  });

  it('ends with the sign-out, wherever its cookie was copied to (CVE-2025-12390)', async () => {
    const { browser, page } = await consentPage();
    const copied = sessionOf(browser);
    await browser.submit(page, 'switch-account');
    const reply = await send(server.issuer, addressOf({ prompt: 'none' }), {
      headers: { cookie: `grantor_session=${copied}` },
    });
    expect(reply.headers.get('location')).toContain('error=login_required');
  });

  it("cannot be read by scripts nor sent by other sites' forms", async () => {
    const { browser } = await consentPage();
    for (const name of [/^grantor_session$/, /^grantor_browser_/]) {
      expect(browser.setCookie(name)).toMatch(/; Path=\/; HttpOnly; SameSite=Lax/);
      expect(browser.setCookie(name)).not.toMatch(/domain/i);
    }
  });
});

describe('cookies where there is TLS', () => {
  it('are bound to the host, so that no other host of the domain can set them: cookie tossing', async () => {
    const grantor = await startServer({ settings: { issuer: 'https://login.example.com' } });
    try {
      const response = await grantor.server.fetch(new Request('https://login.example.com/signin'));
      expect(response.headers.getSetCookie()).toEqual([
        expect.stringMatching(
          /^__Host-grantor_browser_[\w-]{6}=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
        ),
      ]);
      expect(response.headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}/);
    } finally {
      await grantor.stop();
    }
  });
});

describe('a form of the server', () => {
  it('is refused from another site: login CSRF', async () => {
    const form = new URLSearchParams({ ...other, csrf_token: 'guessed' }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await send(server.issuer, '/signin', { method: 'POST', headers, body: form });
    expectErrorPage(reply, foreign);
    expect(reply.headers.getSetCookie().join()).not.toContain('grantor_session');
  });

  it('is refused with the token of the attacker in the browser of the victim: login CSRF', async () => {
    const attacker = await new HttpBrowser().open(`${server.issuer}/signin`);
    const { fields } = formWithButton(attacker.html, 'sign-in');
    const victim = new HttpBrowser();
    await victim.open(`${server.issuer}/signin`);
    const reply = await victim.request(`${server.issuer}/signin`, {
      method: 'POST',
      body: new URLSearchParams({ ...fields, ...other }),
    });
    expect(reply.status).toBe(403);
  });

  it('is refused from another site even with valid fields (Fetch Metadata)', async () => {
    const { browser, page } = await consentPage();
    const { fields } = formWithButton(page.html, 'allow');
    for (const site of ['cross-site', 'same-site']) {
      const reply = await browser.request(`${server.issuer}/consent`, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { 'sec-fetch-site': site },
      });
      expect(reply.status).toBe(403);
    }
  });

  it('for signing out is refused from another site: logout CSRF', async () => {
    const { browser } = await consentPage();
    const reply = await browser.request(`${server.issuer}/signin/switch`, {
      method: 'POST',
      body: new URLSearchParams({ ticket: 'a' }),
    });
    expect(reply.status).toBe(403);
    expect(sessionOf(browser)).not.toBe('');
  });
});

describe('every page', () => {
  it('forbids frames, and scripts and resources of other origins: clickjacking, XSS', async () => {
    const { browser, page } = await consentPage();
    const replies = [
      page.response,
      await browser.request(`${server.issuer}/`),
      await new HttpBrowser().request(`${server.issuer}/signin`),
      await browser.request(`${server.issuer}/consent`),
      await browser.request(`${server.issuer}/oauth2/authorize`),
      await browser.request(`${server.issuer}/nowhere`, { headers: { accept: 'text/html' } }),
    ];
    for (const { headers } of replies) {
      expect(headers.get('x-frame-options')).toBe('DENY');
      // The scripts of the pages with a form are named by their hashes.
      const policy = (headers.get('content-security-policy') ?? '')
        .replace(` ${passkeyScript};`, ';')
        .replace(` script-src ${formScript};`, '');
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'/,
      );
      expect(policy).not.toMatch(/script-src|unsafe|\*/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
    }
  });
});
