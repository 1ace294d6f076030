import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import type { OpenedPage } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp } from '../../../../test/kit/test-app.js';
import { addSignedInUser, addUser } from '../../../../test/kit/users.js';
import { textOf } from '../account/support.js';

const isConsent = (page: OpenedPage) => page.html.includes('id="allow"');

describe('consents that expire (GRANTOR_CONSENT_SECONDS)', () => {
  let now = 1_900_000_000;
  let grantor: TestServer;
  beforeAll(async () => {
    const settings = { consentSeconds: 3600, accessTokenSeconds: 60 };
    grantor = await startServer({ clock: () => now, settings });
  });
  afterAll(() => grantor.stop());

  it('are asked again as new, and end the refresh tokens', async () => {
    const app = await registerApp(grantor);
    const tokens = await app.tokens({ scope: 'openid files:read' });
    now += 3599;
    const url = app.authorizationUrl({ scope: 'openid files:read' });
    expect((await app.browser.open(url)).left?.searchParams.has('code')).toBe(true);
    const { refresh_token: refreshToken } = await bodyOf<{ refresh_token: string }>(
      app.refresh(tokens.refresh_token),
      200,
    );
    now += 1;
    const page = await app.browser.open(url);
    expect(isConsent(page)).toBe(true);
    expect(textOf(page)).not.toContain('You already allowed it to');
    expect((await app.refresh(refreshToken)).status).toBe(400);
    await app.browser.submit(page, 'allow');
    now += 3599;
    expect((await app.browser.open(url)).left?.searchParams.has('code')).toBe(true);
  });

  it('expire at the earlier time where a scope has a limit too, which the management API shows', async () => {
    for (const [scope, seconds] of [
      ['files:read', 7200],
      ['rooms:read', 1800],
    ] as const) {
      await bodyOf(grantor.api('PATCH', `/scopes/${scope}`, { consent_seconds: seconds }), 200);
    }
    const user = await addUser(grantor);
    const app = (await registerApp(grantor)).with({ user });
    await app.tokens({ scope: 'openid files:read rooms:read' });
    const { scopes } = await bodyOf<{ scopes: readonly { name: string; expires_on: string }[] }>(
      grantor.api('GET', `/consents/${app.id}?account_id=${user.id}`),
      200,
    );
    const at = (seconds: number) => new Date((now + seconds) * 1000).toISOString();
    expect(Object.fromEntries(scopes.map((scope) => [scope.name, scope.expires_on]))).toEqual({
      openid: at(3600),
      'files:read': at(3600),
      'rooms:read': at(1800),
    });
  });
});

describe('consent to a scope that expires', () => {
  let now = 1_900_000_000;
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ clock: () => now, settings: { accessTokenSeconds: 60 } });
  });
  beforeEach(() => limit('files:write', 3600));
  afterAll(() => grantor.stop());

  const limit = (name: string, seconds: number) =>
    bodyOf(grantor.api('PATCH', `/scopes/${name}`, { consent_seconds: seconds }), 200);

  const open = (app: TestApp, scope: string, prompt?: string) =>
    app.browser.open(app.authorizationUrl({ scope, ...(prompt === undefined ? {} : { prompt }) }));

  /** The scope and the next refresh token of a refresh. */
  const refreshed = (app: TestApp, token: string, more: Readonly<Record<string, string>> = {}) =>
    bodyOf<{ scope: string; refresh_token: string }>(app.refresh(token, more), 200);

  it('is asked again, and consent to the other scopes stays', async () => {
    const app = await registerApp(grantor);
    await app.tokens({ scope: 'openid files:write rooms:read' });
    now += 3599;
    expect((await open(app, 'openid files:write rooms:read', 'none')).left?.searchParams.has('code')).toBe(
      true,
    );
    now += 1;
    const silent = await open(app, 'openid files:write rooms:read', 'none');
    expect(silent.left?.searchParams.get('error')).toBe('consent_required');
    expect((await open(app, 'openid rooms:read', 'none')).left?.searchParams.has('code')).toBe(true);
    const page = await open(app, 'openid files:write rooms:read');
    expect(textOf(page)).toMatch(/It also asks to .*files.*You already allowed it to .*See your rooms/);
    await app.browser.submit(page, 'allow');
    now += 3599;
    expect((await open(app, 'openid files:write', 'none')).left?.searchParams.has('code')).toBe(true);
  });

  it('is not shown on the account page when it has expired', async () => {
    const { user, browser } = await addSignedInUser(grantor);
    const app = (await registerApp(grantor)).with({ user, browser });
    await app.tokens({ scope: 'openid files:write' });
    const shown = async () => textOf(await browser.open(`${grantor.issuer}/account/apps`));
    expect(await shown()).toContain('See, change and delete your files');
    now += 3600;
    expect(await shown()).not.toContain('See, change and delete your files');
    expect(await shown()).toContain('Know who you are');
  });

  it('is not in the tokens of a later refresh, which says so (RFC 6749 §5.1, §6)', async () => {
    const app = await registerApp(grantor);
    const { refresh_token: first } = await app.tokens({ scope: 'openid files:write rooms:read' });
    now += 3599;
    const before = await refreshed(app, first);
    expect(before.scope).toBe('openid files:write rooms:read');
    now += 1;
    const named = await app.refresh(before.refresh_token, { scope: 'files:write' });
    expect(await bodyOf(Promise.resolve(named), 400)).toMatchObject({ error: 'invalid_scope' });
    expect((await refreshed(app, before.refresh_token)).scope).toBe('openid rooms:read');
  });

  it('ends the refresh token where nothing else was allowed (RFC 6749 §5.2)', async () => {
    const app = await registerApp(grantor);
    const { refresh_token: token } = await app.tokens({ scope: 'files:write' });
    now += 3600;
    expect(await bodyOf(app.refresh(token), 400)).toMatchObject({ error: 'invalid_grant' });
  });

  it('is not prolonged by an authorization without a consent page', async () => {
    const app = await registerApp(grantor);
    await app.tokens({ scope: 'openid files:write' });
    now += 3599;
    const { left } = await open(app, 'openid files:write', 'none');
    const response = await app.exchange(left?.searchParams.get('code') ?? '');
    const { refresh_token: token } = await bodyOf<{ refresh_token: string }>(Promise.resolve(response), 200);
    now += 1;
    expect((await refreshed(app, token)).scope).toBe('openid');
  });

  it('ends a read scope that it included', async () => {
    const app = await registerApp(grantor);
    await app.tokens({ scope: 'openid files:write' });
    const { left } = await open(app, 'openid files:read', 'none');
    const response = await app.exchange(left?.searchParams.get('code') ?? '');
    const { refresh_token: token } = await bodyOf<{ refresh_token: string }>(Promise.resolve(response), 200);
    const before = await refreshed(app, token);
    expect(before.scope).toBe('openid files:read');
    now += 3600;
    expect((await refreshed(app, before.refresh_token)).scope).toBe('openid');
  });

  it('expires for users who allowed it before the limit was set', async () => {
    await limit('files:write', 0);
    const app = await registerApp(grantor);
    const { refresh_token: token } = await app.tokens({ scope: 'openid files:write' });
    now += 7200;
    expect((await open(app, 'openid files:write', 'none')).left?.searchParams.has('code')).toBe(true);
    await limit('files:write', 7200);
    const silent = await open(app, 'openid files:write', 'none');
    expect(silent.left?.searchParams.get('error')).toBe('consent_required');
    expect((await refreshed(app, token)).scope).toBe('openid');
  });

  it.each([-1, 1.5, 400_000_000, null, '3600'])('refuses %j seconds', async (seconds) => {
    const { errors } = await bodyOf<{ errors: readonly unknown[] }>(
      grantor.api('PATCH', '/scopes/files:write', { consent_seconds: seconds }),
      400,
    );
    expect(errors).toMatchObject([{ field: 'consent_seconds' }]);
  });
});
