import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import type { OpenedPage } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addUser } from '../../../../test/kit/users.js';
import { sendChanged, textOf } from '../account/support.js';

const isConsent = (page: OpenedPage) => page.html.includes('id="allow"');

/** The fields of the items that can be left out, in the order of the page. */
const fieldsIn = ({ html }: OpenedPage) =>
  [...html.matchAll(/type="checkbox"[^>]* name="([^"]*)"/g)].map(([, name = '']) => name);

describe('scopes that users can leave out (RFC 6749 §3.3)', () => {
  const now = 1_900_000_000;
  let grantor: TestServer;

  beforeAll(async () => {
    grantor = await startServer({ clock: () => now });
    await bodyOf(grantor.api('PATCH', '/scopes/files:write', { optional: true }), 200);
  });
  afterAll(() => grantor.stop());

  /** An app with a new user, at its consent page. */
  async function asked(scope: string, metadata: Readonly<Record<string, unknown>> = {}) {
    const app = (await registerApp(grantor, metadata)).with({ user: await addUser(grantor) });
    return { app, page: await open(app, scope) };
  }

  async function open(app: TestApp, scope: string, more: Readonly<Record<string, string>> = {}) {
    const page = await app.browser.open(app.authorizationUrl({ scope, ...more }));
    return page.html.includes('id="sign-in"') ? app.browser.signIn(page, app.user) : page;
  }

  /** What the app gets for the code of a consent page's response. */
  async function tokensOf(app: TestApp, { left }: OpenedPage) {
    const response = await app.exchange(left?.searchParams.get('code') ?? '');
    return bodyOf<{ scope: string; access_token: string }>(Promise.resolve(response), 200);
  }

  it('are granted unless the user unticks them', async () => {
    const { app, page } = await asked('openid files:write rooms:read');
    expect(fieldsIn(page)).toHaveLength(1);
    const { scope } = await tokensOf(app, await app.browser.submit(page, 'allow'));
    expect(scope).toBe('openid files:write rooms:read');
  });

  it('are missing in the response and in the token where the user unticked them (RFC 6749 §5.1)', async () => {
    const { app, page } = await asked('openid files:write rooms:read');
    const [field = ''] = fieldsIn(page);
    const allowed = await sendChanged(app.browser, page, 'allow', { [field]: undefined });
    const tokens = await tokensOf(app, allowed);
    expect(tokens.scope).toBe('openid rooms:read');
    const introspected = await (await app.post('/oauth2/introspect', { token: tokens.access_token })).json();
    expect(introspected).toMatchObject({ active: true, scope: 'openid rooms:read' });
  });

  it('are asked again as new, and never granted without a page', async () => {
    const { app, page } = await asked('openid files:write rooms:read');
    const [field = ''] = fieldsIn(page);
    await sendChanged(app.browser, page, 'allow', { [field]: undefined });
    const silent = await open(app, 'openid files:write rooms:read', { prompt: 'none' });
    expect(silent.left?.searchParams.get('error')).toBe('consent_required');
    const again = await open(app, 'openid files:write rooms:read');
    expect(isConsent(again)).toBe(true);
    expect(textOf(again)).toMatch(
      /It also asks to .*change and delete.*You already allowed it to .*See your rooms/,
    );
    expect((await open(app, 'openid rooms:read')).left?.searchParams.has('code')).toBe(true);
  });

  it('cannot be ticked off in place of a required one, by a changed form', async () => {
    const { app, page } = await asked('openid files:write rooms:read');
    const none = { 'item-0': undefined, 'item-1': undefined, 'item-2': undefined, 'item-3': undefined };
    const tokens = await tokensOf(app, await sendChanged(app.browser, page, 'allow', none));
    expect(tokens.scope).toBe('openid rooms:read');
  });

  it('cannot be added to by a changed form: no more is granted than was requested', async () => {
    const { app, page } = await asked('openid files:read');
    const more = { 'item-9': 'on', 'item--1': 'on', scope: 'openid files:write', scopes: 'files:write' };
    const tokens = await tokensOf(app, await sendChanged(app.browser, page, 'allow', more));
    expect(tokens.scope).toBe('openid files:read');
  });

  it('show what they include as a line of its own, which stays granted', async () => {
    const { app, page } = await asked('openid files:read files:write');
    expect(textOf(page)).toContain('See your files and folders');
    const [field = ''] = fieldsIn(page);
    const tokens = await tokensOf(app, await sendChanged(app.browser, page, 'allow', { [field]: undefined }));
    expect(tokens.scope).toBe('openid files:read');
  });

  it('are marked by the app, also for claims about the user, but never openid', async () => {
    const { app, page } = await asked('openid email profile', { optional_scopes: ['email', 'openid'] });
    const fields = fieldsIn(page);
    expect(fields).toHaveLength(1);
    const allowed = await sendChanged(app.browser, page, 'allow', { [fields[0] ?? '']: undefined });
    const tokens = await tokensOf(app, allowed);
    const claims = await (await app.userinfo(tokens.access_token)).json();
    expect(claims).toMatchObject({ name: 'Grace Hopper' });
    expect(claims).not.toHaveProperty('email');
  });

  it('take single claims of the same scope with them (OpenID Connect Core 1.0 §5.5)', async () => {
    const app = (await registerApp(grantor, { optional_scopes: ['email'] })).with({
      user: await addUser(grantor),
    });
    const claims = JSON.stringify({ userinfo: { email: null } });
    const page = await open(app, 'openid email', { claims });
    const [field = ''] = fieldsIn(page);
    const tokens = await tokensOf(app, await sendChanged(app.browser, page, 'allow', { [field]: undefined }));
    expect(await (await app.userinfo(tokens.access_token)).json()).not.toHaveProperty('email');
  });

  it('are a denial where nothing else was requested', async () => {
    const { app, page } = await asked('files:write');
    const [field = ''] = fieldsIn(page);
    const { left } = await sendChanged(app.browser, page, 'allow', { [field]: undefined });
    expect(left?.searchParams.get('error')).toBe('access_denied');
  });

  it('show the page again where a scope has become required meanwhile', async () => {
    const { app, page } = await asked('openid email', { optional_scopes: ['email'] });
    await bodyOf(grantor.api('PATCH', `/clients/${app.id}`, { optional_scopes: [] }), 200);
    const [field = ''] = fieldsIn(page);
    const again = await sendChanged(app.browser, page, 'allow', { [field]: undefined });
    expect(isConsent(again)).toBe(true);
    expect(fieldsIn(again)).toEqual([]);
  });

  it('has what the app says about itself, and whether an administrator verified it', async () => {
    const fields = { publisher: 'Printer Ltd', client_uri: 'https://printer.example/about' };
    const { app, page } = await asked('openid', fields);
    for (const words of ['by Printer Ltd', 'Not verified', 'printer.example', 'app.example.com']) {
      expect(textOf(page)).toContain(words);
    }
    expect(page.html).toContain('href="/account/apps"');
    await bodyOf(grantor.api('PATCH', `/clients/${app.id}`, { verified: true }), 200);
    expect(textOf(await open(app, 'openid'))).toMatch(/by Printer Ltd Verified/);
  });
});
