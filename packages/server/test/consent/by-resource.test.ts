import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import type { OpenedPage } from '../../../../test/kit/browser.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import {
  type RequestParameters,
  refusalOf,
  registerApp,
  type TestApp,
  type TestTokens,
} from '../../../../test/kit/test-app.js';

const A = 'https://a.example.com/mcp';
const B = 'https://b.example.com/mcp';
/** What the apps may ask for. */
const SCOPES = ['openid', 'profile', 'email', 'files:read', 'files:write', 'own:read'];
const OWN = 'https://own.example.com';

/** The result of a silent request: `code`, or the error. */
async function silently(app: TestApp, parameters: RequestParameters): Promise<string> {
  const { left } = await app.browser.open(app.authorizationUrl({ prompt: 'none', ...parameters }));
  return left?.searchParams.get('error') ?? 'code';
}

/** Audience and scopes of a token response, which the token itself repeats. */
const accessOf = ({ access_token: token, scope }: TestTokens) => {
  const claims = decodeJwt(token);
  expect(claims.scope).toBe(scope);
  return { aud: claims.aud, scope };
};

describe.each(databases)('consent by resource (RFC 8707 §2, RFC 9700 §2.3) on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database, settings: { resources: [A, B] } });
    const scope = {
      name: 'own:read',
      group: 'files',
      type: 'read',
      texts: { en: { title: 'Read at its own resource' } },
      resource: A,
    };
    expect((await grantor.api('POST', '/scopes', scope)).status).toBe(201);
  });
  afterAll(() => grantor.stop());

  it('to one scope at A and another at B allows neither at the other resource, with prompt=none', async () => {
    const app = await registerApp(grantor, { scopes: SCOPES });
    await app.authorize({ scope: 'files:read', resource: A });
    await app.authorize({ scope: 'files:write', resource: B });
    expect(await silently(app, { scope: 'files:read', resource: A })).toBe('code');
    expect(await silently(app, { scope: 'files:write', resource: B })).toBe('code');
    expect(await silently(app, { scope: 'files:write', resource: A })).toBe('consent_required');
    expect(await silently(app, { scope: 'files:read', resource: `${A} ${B}` })).toBe('code');
    expect(await silently(app, { scope: 'files:write', resource: `${A} ${B}` })).toBe('consent_required');
  });

  it('treats the default audience as any other resource, named or not', async () => {
    const app = await registerApp(grantor, { scopes: SCOPES });
    await app.authorize({ scope: 'files:write', resource: A });
    expect(await silently(app, { scope: 'files:write' })).toBe('consent_required');
    await app.authorize({ scope: 'files:write' });
    expect(await silently(app, { scope: 'files:write' })).toBe('code');
    expect(await silently(app, { scope: 'files:write', resource: `${grantor.issuer}/` })).toBe('code');
    expect(await silently(app, { scope: 'files:write', resource: B })).toBe('consent_required');
  });

  it('does not follow the client to another default audience', async () => {
    const app = await registerApp(grantor, { audience: OWN });
    await app.authorize({ scope: 'files:read' });
    expect(await silently(app, { scope: 'files:read' })).toBe('code');
    await grantor.api('PATCH', `/clients/${app.id}`, { audience: A });
    expect(await silently(app, { scope: 'files:read' })).toBe('consent_required');
  });

  it('to sign-in only does not follow the client to another default audience', async () => {
    const app = await registerApp(grantor, { audience: OWN });
    const first = await app.browser.open(app.authorizationUrl({ scope: 'openid' }));
    const page = await app.browser.signIn(first, grantor.user);
    expect(page.html).not.toContain('Connect on your behalf');
    await app.browser.submit(page, 'allow');
    expect(await silently(app, { scope: 'openid' })).toBe('code');
    await grantor.api('PATCH', `/clients/${app.id}`, { audience: A });
    expect(await silently(app, { scope: 'openid' })).toBe('consent_required');
    const again = await app.browser.open(app.authorizationUrl({ scope: 'openid' }));
    expect(again.html).toMatch(
      /It also asks to.*At <bdi>a\.example\.com\/mcp<\/bdi>.*Connect on your behalf.*You already allowed it to.*Know who you are/s,
    );
    await app.browser.submit(again, 'allow');
    expect(await silently(app, { scope: 'openid' })).toBe('code');
    await grantor.api('PATCH', `/clients/${app.id}`, { audience: OWN });
    expect(await silently(app, { scope: 'openid' })).toBe('code');
  });

  it('to sign-in at one resource allows no token for the default audience', async () => {
    const app = await registerApp(grantor, { scopes: SCOPES });
    await app.authorize({ scope: 'openid', resource: A });
    expect(await silently(app, { scope: 'openid', resource: A })).toBe('code');
    expect(await silently(app, { scope: 'openid' })).toBe('consent_required');
    await app.authorize({ scope: 'openid files:read' });
    expect(await silently(app, { scope: 'openid' })).toBe('code');
  });

  it('includes the read of a write at the same resource only', async () => {
    const app = await registerApp(grantor, { scopes: SCOPES });
    await app.authorize({ scope: 'files:write', resource: A });
    expect(await silently(app, { scope: 'files:read', resource: A })).toBe('code');
    expect(await silently(app, { scope: 'files:read', resource: B })).toBe('consent_required');
  });

  it('to identity scopes has no resource; each resource needs its own consent', async () => {
    const app = await registerApp(grantor, { scopes: SCOPES });
    await app.authorize({ scope: 'openid email' });
    expect(await silently(app, { scope: 'openid email' })).toBe('code');
    expect(await silently(app, { scope: 'openid email', resource: A })).toBe('consent_required');
    const page = await app.browser.open(app.authorizationUrl({ scope: 'openid email', resource: A }));
    expect(page.html).toMatch(
      /It also asks to.*At <bdi>a\.example\.com\/mcp<\/bdi>.*Connect on your behalf/s,
    );
    await app.browser.submit(page, 'allow');
    expect(await silently(app, { scope: 'openid email', resource: A })).toBe('code');
    expect(await silently(app, { scope: 'openid email files:read', resource: A })).toBe('consent_required');
    expect(await silently(app, { scope: 'openid profile', resource: A })).toBe('consent_required');
  });

  it('is also required for a token without scopes', async () => {
    const app = await registerApp(grantor, { scopes: ['openid'] });
    await app.authorize({ scope: 'openid', resource: A });
    expect(await silently(app, { scope: undefined })).toBe('consent_required');
    // Signing in is access to the default audience, of which a token without a scope says no more.
    await app.authorize({ scope: 'openid' });
    expect(await silently(app, { scope: undefined })).toBe('code');
  });

  describe('at the token endpoint', () => {
    const granted = {
      scope: 'openid files:read own:read',
      resource: `${A} ${B}`,
    };

    it('a code and a refresh for one resource get the scopes that are allowed there', async () => {
      const app = await registerApp(grantor, { scopes: SCOPES });
      const first = await bodyOf<TestTokens>(await app.exchange(await app.code(granted), { resource: B }));
      expect(accessOf(first)).toEqual({ aud: B, scope: 'openid files:read' });
      const second = await bodyOf<TestTokens>(await app.refresh(first.refresh_token, { resource: A }));
      expect(accessOf(second)).toEqual({ aud: A, scope: 'openid files:read own:read' });
      const narrowed = { resource: B, scope: 'files:read own:read' };
      expect(await refusalOf(await app.refresh(second.refresh_token, narrowed))).toEqual({
        status: 400,
        error: 'invalid_scope',
      });
      expect(
        accessOf(await bodyOf<TestTokens>(await app.refresh(second.refresh_token, { resource: B }))),
      ).toEqual({
        aud: B,
        scope: 'openid files:read',
      });
    });

    it('a token for several resources has the scopes that are allowed at all of them', async () => {
      const app = await registerApp(grantor, { scopes: SCOPES });
      const both = { resource: `${A} ${B}` };
      const tokens = await bodyOf<TestTokens>(await app.exchange(await app.code(granted), both));
      expect(accessOf(tokens)).toEqual({ aud: [A, B], scope: 'openid files:read' });
      const code = await app.code({ scope: 'own:read', resource: `${A} ${B}` });
      expect(await refusalOf(await app.exchange(code, both))).toEqual({
        status: 400,
        error: 'invalid_target',
      });
    });

    it('so has the token of the authorization response', async () => {
      const app = await registerApp(grantor, { scopes: SCOPES, response_types: ['code', 'code token'] });
      const left = await app.authorize({ ...granted, response_type: 'code token', nonce: 'n' });
      const response = new URLSearchParams(left.hash.slice(1));
      expect(response.get('scope')).toBe('openid files:read');
      expect(decodeJwt(response.get('access_token') ?? '')).toMatchObject({
        aud: [A, B],
        scope: 'openid files:read',
      });
      const only = await app.authorize({
        scope: 'own:read',
        resource: `${A} ${B}`,
        response_type: 'code token',
      });
      expect(new URLSearchParams(only.hash.slice(1)).get('error')).toBe('invalid_target');
    });

    it('a scope that gets a resource of its own later is in no token for another one', async () => {
      const name = `late:${database}`;
      const late = { name, group: 'rooms', type: 'read', texts: { en: { title: 'Late' } } };
      expect((await grantor.api('POST', '/scopes', late)).status).toBe(201);
      const app = await registerApp(grantor, { scopes: [...SCOPES, name] });
      const tokens = await app.tokens({ scope: `files:read ${name}`, resource: A });
      const moved = await grantor.api('PATCH', `/scopes/${encodeURIComponent(name)}`, { resource: B });
      expect(moved.status).toBe(200);
      const refreshed = await bodyOf<TestTokens>(await app.refresh(tokens.refresh_token));
      expect(accessOf(refreshed)).toEqual({ aud: A, scope: 'files:read' });
    });
  });

  describe('on the page', () => {
    const ask = async (app: TestApp, parameters: RequestParameters): Promise<OpenedPage> => {
      const page = await app.browser.open(app.authorizationUrl(parameters));
      if (!page.html.includes('id="sign-in"')) return page;
      return app.browser.signIn(page, grantor.user);
    };
    const textOf = ({ html }: OpenedPage) =>
      html.replaceAll(/<svg[\s\S]*?<\/svg>|<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

    it('groups scopes by resource if more than the default audience is requested', async () => {
      const app = await registerApp(grantor, { scopes: SCOPES });
      const page = await ask(app, {
        scope: 'openid files:read own:read',
        resource: `${A} ${grantor.issuer}`,
      });
      expect(textOf(page)).toMatch(
        new RegExp(
          'It asks to Know who you are .*At a\\.example\\.com/mcp See your files and folders ' +
            `Read at its own resource At ${grantor.issuer} See your files and folders Deny`,
        ),
      );
    });

    it('names no resource if only the default audience is requested', async () => {
      const app = await registerApp(grantor, { scopes: SCOPES });
      const page = await ask(app, { scope: 'openid files:read' });
      expect(textOf(page)).toContain('See your files and folders');
      expect(page.html).not.toContain('class="scope-resource"');
    });

    it('marks at which of two resources a scope was allowed before', async () => {
      const app = await registerApp(grantor, { scopes: SCOPES });
      await app.authorize({ scope: 'files:read', resource: A });
      const page = await ask(app, { scope: 'files:read', resource: `${A} ${B}` });
      expect(textOf(page)).toMatch(
        /It also asks to At b\.example\.com\/mcp See your files and folders You already allowed it to At a\.example\.com\/mcp See your files/,
      );
    });
  });

  it('is shown by resource in the API, in the audit trail and with its grants', async () => {
    const app = await registerApp(grantor, { scopes: SCOPES });
    await app.authorize({ scope: 'openid files:read own:read', resource: `${A} ${B}` });
    const access = [
      { resource: A, scopes: ['files:read', 'own:read'] },
      { resource: B, scopes: ['files:read'] },
    ];
    const [account] = (
      (await (await grantor.api('GET', `/clients/${app.id}/consents`)).json()) as {
        data: { account_id: string; scopes: string; access: unknown }[];
      }
    ).data;
    expect(account).toMatchObject({
      scopes: 'files:read openid own:read',
      access: expect.arrayContaining([{ resource: null, scopes: ['openid'] }, ...access]) as unknown,
    });
    const shown = await grantor.api('GET', `/consents/${app.id}?account_id=${account?.account_id}`);
    expect(await shown.json()).toMatchObject({
      scopes: expect.arrayContaining([
        expect.objectContaining({ name: 'files:read', resource: B }),
        expect.objectContaining({ name: 'openid', resource: null }),
      ]) as unknown,
      resources: [{ name: A }, { name: B }],
      grants: [{ audience: [A, B], access }],
    });
    const { items } = await grantor.server.store.audit.list({ limit: 5, after: null }, { clientId: app.id });
    expect(items.find(({ type }) => type === 'consent.given')?.after).toEqual({
      allowed: [{ resource: null, scopes: ['openid'] }, ...access],
    });
  });
});
