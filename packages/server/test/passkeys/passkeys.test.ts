import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passkeyOptionsOn, type ResponseChanges, TestPasskey } from '../../../../test/kit/authenticator.js';
import { HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { addAuthenticator } from '../../../../test/kit/factors.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import {
  addSignedInUser,
  addUser,
  disableUser,
  type NewUser,
  type TestUser,
} from '../../../../test/kit/users.js';
import { multiFactorContext, passkeyContext } from '../../src/accounts/authentication-context.js';

let now = Math.floor(Date.now() / 1000);
let grantor: TestServer;
let app: TestApp;
beforeAll(async () => {
  grantor = await startServer({ clock: () => now });
  app = await registerApp(grantor);
});
afterAll(() => grantor.stop());

/** Adds a passkey on the account page. */
async function addPasskey(browser: HttpBrowser, passkey: TestPasskey, changes: ResponseChanges = {}) {
  const page = await browser.open(`${grantor.issuer}/account/passkeys`);
  const credential = passkey.create(passkeyOptionsOn(page), changes);
  return browser.submit(page, 'passkey', { credential, name: 'Test key' });
}

/** A user with a passkey. */
async function addOwner(fields: NewUser = {}) {
  const { user, browser } = await addSignedInUser(grantor, fields);
  const passkey = new TestPasskey(grantor.issuer);
  const added = await addPasskey(browser, passkey);
  expect(added.html).toContain('Test key');
  return { user, browser, passkey };
}

/** Opens the sign-in page of the app's request in a browser. */
const openSignIn = (browser: HttpBrowser) => browser.open(app.authorizationUrl());

function use(
  browser: HttpBrowser,
  page: OpenedPage,
  passkey: TestPasskey,
  changes: ResponseChanges = {},
): Promise<OpenedPage> {
  return browser.submit(page, 'passkey', { credential: passkey.get(passkeyOptionsOn(page), changes) });
}

const isSignedIn = (browser: HttpBrowser) => browser.cookieValue('grantor_session') !== undefined;

const essentialPhr = JSON.stringify({ id_token: { acr: { essential: true, values: ['phr'] } } });

describe('signing in with a passkey (WebAuthn Level 3 §7.2)', () => {
  it('needs no username, and acr and amr say what happened (RFC 8176 §2, OpenID Connect EAP ACR Values 1.0)', async () => {
    const { user, passkey } = await addOwner();
    const browser = new HttpBrowser();
    const consent = await use(browser, await openSignIn(browser), passkey);
    expect(consent.html).toContain('id="allow"');
    const { left } = await browser.submit(consent, 'allow');
    const response = await app.exchange(left?.searchParams.get('code') ?? '');
    const { id_token: idToken } = (await response.json()) as { id_token: string };
    expect(decodeJwt(idToken)).toMatchObject({
      sub: user.id,
      acr: passkeyContext,
      amr: ['pop', 'user', 'mfa'],
      auth_time: now,
    });
  });

  it('lists no passkeys on the page, so that it reveals no account (§14.6.3)', async () => {
    const page = await openSignIn(new HttpBrowser());
    expect(passkeyOptionsOn(page)).toMatchObject({ allowCredentials: [], userVerification: 'required' });
    expect(passkeyOptionsOn(page).rpId).toBe('localhost');
    expect(page.html).toContain('autocomplete="username webauthn"');
  });

  it.each<[string, ResponseChanges]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another RP ID', { rpId: 'evil.example' }],
    ['another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['another ceremony', { type: 'webauthn.create' }],
    ['a user who was not verified', { userVerified: false }],
    ['another user handle', { userHandle: 'AAAA' }],
    ['an unknown credential', { id: 'AAAA' }],
  ])('refuses a response of %s', async (_, changes) => {
    const { passkey } = await addOwner();
    const browser = new HttpBrowser();
    const refused = await use(browser, await openSignIn(browser), passkey, changes);
    expect(refused.status).toBe(400);
    expect(refused.html).toContain('role="alert"');
    expect(refused.html).toContain('id="sign-in"');
    expect(isSignedIn(browser)).toBe(false);
  });

  it('refuses a signature of another key for a known credential', async () => {
    const { passkey } = await addOwner();
    const browser = new HttpBrowser();
    const page = await openSignIn(browser);
    const forged = await use(browser, page, new TestPasskey(grantor.issuer), { id: passkey.id });
    expect(forged.status).toBe(400);
  });

  it.each(['', '{}', '[]', 'null', '{"id":1}', 'x'.repeat(20_000)])(
    'refuses "%.20s" as a credential',
    async (credential) => {
      const browser = new HttpBrowser();
      const refused = await browser.submit(await openSignIn(browser), 'passkey', { credential });
      expect(refused.status).toBe(400);
    },
  );

  it('accepts each challenge once, in the browser that got it, for an hour (§13.4.3)', async () => {
    const { passkey } = await addOwner();
    const browser = new HttpBrowser();
    const page = await openSignIn(browser);
    const credential = passkey.get(passkeyOptionsOn(page));
    const other = new HttpBrowser();
    const theirs = await openSignIn(other);
    const challenge = /name="challenge" value="([^"]*)"/.exec(page.html)?.[1] ?? '';
    expect((await other.submit(theirs, 'passkey', { credential, challenge })).status).toBe(400);
    expect((await browser.submit(page, 'passkey', { credential })).html).toContain('id="allow"');
    browser.forget('grantor_session');
    const again = passkey.get(passkeyOptionsOn(page));
    expect((await browser.submit(page, 'passkey', { credential: again })).status).toBe(400);
    const late = await browser.open(`${grantor.issuer}/signin`);
    now += 3600;
    expect((await use(browser, late, passkey)).status).toBe(400);
  });

  it('refuses the challenge of another purpose, and one for the second factor of another user', async () => {
    const { user, browser, passkey } = await addOwner();
    const page = await browser.open(`${grantor.issuer}/account/passkeys`);
    const challenge = (of: OpenedPage) => /name="challenge" value="([^"]*)"/.exec(of.html)?.[1] ?? '';
    const signIn = await browser.open(`${grantor.issuer}/signin?again=1`);
    const crossed = { credential: passkey.get(passkeyOptionsOn(page)), challenge: challenge(page) };
    expect((await browser.submit(signIn, 'passkey', crossed)).status).toBe(400);
    const stepOf = async (one: Pick<TestUser, 'username' | 'password'>) => {
      browser.forget('grantor_session');
      const url = app.authorizationUrl({ acr_values: 'phr', claims: essentialPhr });
      return browser.signIn(await browser.open(url), one);
    };
    const other = await addOwner();
    const [theirs, own] = [await stepOf(other.user), await stepOf(user)];
    const credential = passkey.get(passkeyOptionsOn(theirs));
    expect((await browser.submit(own, 'passkey', { credential, challenge: challenge(theirs) })).status).toBe(
      400,
    );
    const right = { credential: passkey.get(passkeyOptionsOn(own)) };
    expect((await browser.submit(own, 'passkey', right)).html).toContain('id="allow"');
  });

  it('refuses a counter that does not grow, as of a copied key (§6.1.1)', async () => {
    const { passkey } = await addOwner();
    const browser = new HttpBrowser();
    await use(browser, await openSignIn(browser), passkey, { counter: 7 });
    browser.forget('grantor_session');
    const refused = await use(browser, await openSignIn(browser), passkey, { counter: 7 });
    expect(refused.status).toBe(400);
  });

  it('refuses the passkey of a disabled account, and one that was removed', async () => {
    const { user, passkey } = await addOwner();
    await disableUser(grantor, user);
    const browser = new HttpBrowser();
    expect((await use(browser, await openSignIn(browser), passkey)).status).toBe(400);
    const owner = await addOwner();
    const page = await owner.browser.open(`${grantor.issuer}/account/passkeys`);
    await owner.browser.submit(page, 'remove-passkey-0');
    expect((await use(browser, await openSignIn(browser), owner.passkey)).status).toBe(400);
  });

  it('counts attempts by address', async () => {
    const other = await startServer({ settings: { signInsPerAddress: 1 } });
    const browser = new HttpBrowser();
    const page = await browser.open(`${other.issuer}/signin`);
    const passkey = new TestPasskey(other.issuer);
    expect((await use(browser, page, passkey)).status).toBe(400);
    const refused = await use(browser, page, passkey);
    expect(refused.status).toBe(429);
    expect(refused.html).toContain('id="sign-in"');
    expect(Number(refused.response.headers.get('retry-after'))).toBeGreaterThan(0);
    await other.stop();
  });

  it('is not offered where it is off, or where browsers allow none', async () => {
    const other = await startServer({ settings: { passkeys: 'off' } });
    const browser = new HttpBrowser();
    expect((await browser.open(`${other.issuer}/signin`)).html).not.toContain('passkey');
    const sent = await browser.open(`${other.issuer}/signin/passkey`, { method: 'POST' });
    expect(sent.status).toBe(404);
    await other.stop();
  });
});

describe('a passkey as another factor', () => {
  it('reaches phr together with a password, without another sign-in', async () => {
    const { user, passkey } = await addOwner();
    const own = app.inNewBrowser(user);
    await own.code();
    const asked = await own.browser.open(own.authorizationUrl({ acr_values: passkeyContext }));
    expect(asked.html).not.toContain('name="code"');
    const { left } = await use(own.browser, asked, passkey);
    const response = await own.exchange(left?.searchParams.get('code') ?? '');
    const { id_token: idToken } = (await response.json()) as { id_token: string };
    expect(decodeJwt(idToken)).toMatchObject({ acr: passkeyContext, amr: ['pwd', 'pop', 'user', 'mfa'] });
  });

  it('replaces the code of an authenticator app', async () => {
    const { user, passkey } = await addOwner();
    await addAuthenticator(grantor, user);
    const browser = new HttpBrowser();
    const asked = await browser.signIn(await openSignIn(browser), user);
    expect(asked.html).toContain('id="verify"');
    expect((await use(browser, asked, passkey)).html).toContain('id="allow"');
  });

  it('is refused if it belongs to another account', async () => {
    const [one, other] = [await addOwner(), await addOwner()];
    await addAuthenticator(grantor, one.user);
    const browser = new HttpBrowser();
    const asked = await browser.signIn(await openSignIn(browser), one.user);
    const refused = await use(browser, asked, other.passkey);
    expect(refused.status).toBe(400);
    expect(isSignedIn(browser)).toBe(false);
  });

  it('is asked of an administrator who has one, where they need a second factor', async () => {
    const strict = await startServer({ settings: { secondFactor: 'administrators' } });
    const admin = await addUser(strict, { isAdmin: true });
    await strict.server.store.passkeys.add(
      {
        id: 'AAAA',
        accountId: admin.id,
        publicKey: 'AAAA',
        counter: 0,
        transports: [],
        backupEligible: false,
        backedUp: false,
        name: 'Key',
        createdAt: 0,
        lastUsedAt: null,
      },
      5,
    );
    const browser = new HttpBrowser();
    const asked = await browser.signIn(await browser.open(`${strict.issuer}/signin`), admin);
    expect(passkeyOptionsOn(asked)).toMatchObject({ allowCredentials: [{ id: 'AAAA' }] });
    expect(asked.html).not.toContain('id="verify"');
    await strict.stop();
  });
});

describe('passkeys on the account page', () => {
  it.each<[string, ResponseChanges]>([
    ['another origin', { origin: 'https://evil.example' }],
    ['another RP ID', { rpId: 'evil.example' }],
    ['another challenge', { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['a user who was not verified', { userVerified: false }],
  ])('are not added with a response of %s (WebAuthn Level 3 §7.1)', async (_, changes) => {
    const { user, browser } = await addSignedInUser(grantor);
    const refused = await addPasskey(browser, new TestPasskey(grantor.issuer), changes);
    expect(refused.status).toBe(400);
    expect(await grantor.server.store.passkeys.listOf(user.id)).toEqual([]);
  });

  it('are added without a look at an attestation, which was not requested (§8.7)', async () => {
    const { user, browser } = await addSignedInUser(grantor);
    const certificate = Buffer.alloc(64);
    const added = await addPasskey(browser, new TestPasskey(grantor.issuer), { certificate });
    expect(added.html).toContain('Test key');
    expect(await grantor.server.store.passkeys.listOf(user.id)).toHaveLength(1);
  });

  it('are added once, renamed and removed, each with its event', async () => {
    const { user, browser, passkey } = await addOwner();
    const again = await addPasskey(browser, passkey);
    expect(again.html).toContain('This passkey was added before.');
    const page = await browser.open(`${grantor.issuer}/account/passkeys`);
    expect(passkeyOptionsOn(page)).toMatchObject({ excludeCredentials: [{ id: passkey.id }] });
    const renamed = await browser.submit(page, 'rename-passkey-0', { name: 'Laptop <b>' });
    expect(renamed.html).toContain('Laptop &lt;b&gt;');
    await browser.submit(renamed, 'remove-passkey-0');
    expect(await grantor.server.store.passkeys.listOf(user.id)).toEqual([]);
    const { items } = await grantor.server.store.audit.list(
      { limit: 10, after: null },
      { typeGroup: 'passkey', accountId: user.id },
    );
    expect(items.map(({ type }) => type).toSorted()).toEqual([
      'passkey.added',
      'passkey.removed',
      'passkey.renamed',
    ]);
  });

  it.each(['', '{', '{}', 'null', '[]', `{"id":"${'x'.repeat(20_000)}"}`])(
    'are not added or used with the text %.10j in place of a credential',
    async (credential) => {
      const { browser } = await addSignedInUser(grantor);
      const page = await browser.open(`${grantor.issuer}/account/passkeys`);
      expect((await browser.submit(page, 'passkey', { credential, name: 'x' })).status).toBe(400);
      const stranger = new HttpBrowser();
      const refused = await stranger.submit(await openSignIn(stranger), 'passkey', { credential });
      expect([refused.status, isSignedIn(stranger)]).toEqual([400, false]);
    },
  );

  it('of other users cannot be renamed or removed', async () => {
    const [one, other] = [await addOwner(), await addOwner()];
    const page = await one.browser.open(`${grantor.issuer}/account/passkeys`);
    for (const button of ['rename-passkey-0', 'remove-passkey-0']) {
      await one.browser.submit(page, button, { passkey: other.passkey.id, name: 'Mine' });
    }
    const [kept] = await grantor.server.store.passkeys.listOf(other.user.id);
    expect(kept?.name).toBe('Test key');
  });

  it('are shown to a user with a second factor only after they have proved it', async () => {
    const { user, browser } = await addSignedInUser(grantor);
    const authenticator = await addAuthenticator(grantor, user);
    for (const section of ['passkeys', 'second-factor']) {
      const page = await browser.open(`${grantor.issuer}/account/${section}`);
      expect(page.html).toContain('id="confirm"');
      expect(page.html).not.toMatch(/passkey-options|turn-off|totp-key/);
    }
    const page = await browser.open(`${grantor.issuer}/account/second-factor`);
    const asked = await browser.submit(page, 'confirm');
    const shown = await browser.submit(asked, 'verify', { code: authenticator.codeAt(now) });
    expect(new URL(shown.url).pathname).toBe('/account/second-factor');
    expect(shown.html).toContain('id="turn-off"');
    const renewed = await grantor.server.store.sessions.findById(
      (await grantor.server.store.sessions.listOfAccount(user.id, now, 1))[0]?.id ?? '',
      now,
    );
    expect(renewed?.session.acr).toBe(multiFactorContext);
  });
});
