import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Call } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import type { TestApp } from '../../../../test/kit/test-app.js';
import { appAt, errorOf, REDIRECT_URI, registerWith, type Shown } from './approval-support.js';
import { billing, defineBilling } from './billing.js';

describe.each(databases)('scopes that need approval cannot be gained otherwise, on %s', (database) => {
  let grantor: TestServer;
  let admin: Call;
  let developer: { readonly id: string; readonly call: Call };
  beforeAll(async () => {
    grantor = await startServer({ database, settings: { registration: 'open' } });
    admin = (await addCaller(grantor, { isAdmin: true })).call;
    developer = await addCaller(grantor);
    // A free write beside a read that needs approval: what write has with it must not open a side door.
    await defineBilling(admin, { read: { needs_approval: true } });
  });
  afterAll(() => grantor.stop());

  const register = (scopes: readonly string[], by = developer.call) => registerWith(by, scopes);
  const appOf = (shown: Shown) => appAt(grantor, shown);

  it('are not granted by a write of their group that needs no approval', async () => {
    const made = await register(['billing:write']);
    expect(await errorOf(appOf(made), 'billing:read')).toBe('invalid_scope');
    expect(await errorOf(appOf(made), 'billing:write')).toBeNull();
  });

  it('are not granted to an app without them, named or not', async () => {
    const made = await register(['openid', 'files:read', 'billing:write']);
    expect(await errorOf(appOf(made), 'billing:read')).toBe('invalid_scope');
    expect(await errorOf(appOf(made), 'grantor.clients:write')).toBe('invalid_scope');
    const { scope } = await appOf(made).tokens({ scope: undefined });
    expect(scope.split(' ')).toEqual(expect.arrayContaining(['files:read', 'billing:write']));
    expect(scope).not.toMatch(/billing:read|grantor|openid|email/);
  });

  it('are not granted to a program for itself, named or not (RFC 6749 §4.4)', async () => {
    const program = { name: 'Program', grant_types: ['client_credentials'], redirect_uris: [] };
    const ask = async (app: TestApp, scope?: string) => {
      const response = await app.post('/oauth2/token', { grant_type: 'client_credentials', scope });
      return (await response.json()) as { error?: string; scope?: string };
    };
    const free = appOf(
      await bodyOf<Shown>(admin('POST', '/clients', { ...program, scopes: ['files:read'] }), 201),
    );
    expect(await ask(free, billing.name)).toMatchObject({ error: 'invalid_scope' });
    expect(await ask(free, 'grantor.clients:write')).toMatchObject({ error: 'invalid_scope' });
    const scopes = [billing.name, 'files:read', 'grantor.clients:read'];
    const trusted = appOf(await bodyOf<Shown>(admin('POST', '/clients', { ...program, scopes }), 201));
    expect(await ask(trusted)).toMatchObject({ scope: 'files:read' });
    expect(await ask(trusted, billing.name)).toMatchObject({ scope: billing.name });
  });

  it('are not registered by apps that register themselves, named or not (RFC 7591 §3.2.1)', async () => {
    const registered = async (scope: string | undefined) => {
      const response = await fetch(`${grantor.issuer}/oauth2/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: [REDIRECT_URI], scope }),
      });
      return (await response.json()) as { scope: string; error?: string };
    };
    expect((await registered(`openid ${billing.name} grantor.clients:write`)).scope).toBe('openid');
    expect((await registered(undefined)).scope).not.toMatch(/billing:read|grantor/);
    expect((await registered('grantor.clients:write')).error).toBe('invalid_client_metadata');
  });

  it('stay with an app that had them before they needed approval', async () => {
    await bodyOf(admin('POST', '/scopes', { ...billing, name: 'once-free', group: 'files' }), 201);
    const named = await register(['once-free']);
    await bodyOf(admin('PATCH', '/scopes/once-free', { needs_approval: true }));
    expect(await errorOf(appOf(named), 'once-free')).toBeNull();
  });

  it('of the management API require a key that has them', async () => {
    const limited = await addCaller(grantor, { isAdmin: true, scopes: ['grantor.clients:write'] });
    const asked = ['openid', 'grantor.clients:read', 'grantor.accounts:write'];
    const made = await register(asked, limited.call);
    expect(made).toMatchObject({
      scopes: ['openid', 'grantor.clients:read'],
      pending_scopes: ['grantor.accounts:write'],
    });
    const path = `/clients/${made.client_id}/scopes/approve`;
    expect((await limited.call('POST', path)).status).toBe(403);
    expect(await bodyOf(admin('POST', path))).toMatchObject({ scopes: asked, pending_scopes: [] });
  });

  it('of the management API need approval like any other', async () => {
    expect(await register(['openid', 'grantor.clients:read'])).toMatchObject({
      scopes: ['openid'],
      pending_scopes: ['grantor.clients:read'],
    });
  });
});
