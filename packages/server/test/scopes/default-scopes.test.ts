import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Call } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { appAt, base, errorOf, type Shown } from './approval-support.js';
import { defineBilling } from './billing.js';

const DEFAULT = ['openid', 'profile', 'email'];

describe.each(databases)('an app that is registered without scopes on %s', (database) => {
  let grantor: TestServer;
  let developer: Call;
  let admin: Call;
  beforeAll(async () => {
    grantor = await startServer({ database, settings: { registration: 'open' } });
    developer = (await addCaller(grantor)).call;
    admin = (await addCaller(grantor, { isAdmin: true })).call;
    await defineBilling(admin, { write: { needs_approval: true } });
  });
  afterAll(() => grantor.stop());

  it.each([[{}], [{ scopes: [] }]])(
    'has openid, profile and email by name, and no scope of an API, with %j',
    async (more) => {
      const made = await bodyOf<Shown>(developer('POST', '/clients', { ...base, ...more }), 201);
      expect(made.scopes).toEqual(DEFAULT);
      const app = appAt(grantor, made);
      expect((await app.tokens({ scope: 'openid profile email' })).scope).toBe('openid profile email');
      for (const scope of ['files:read', 'billing:read', 'phone', 'offline_access']) {
        expect([scope, await errorOf(app, scope)]).toEqual([scope, 'invalid_scope']);
      }
    },
  );

  it('gets the scopes that are added later, and no others', async () => {
    const made = await bodyOf<Shown>(developer('POST', '/clients', base), 201);
    const path = `/clients/${made.client_id}`;
    const asked = [...DEFAULT, 'billing:write'];
    expect(await bodyOf(developer('PATCH', path, { scopes: asked }))).toMatchObject({ scopes: DEFAULT });
    expect(await bodyOf(admin('POST', `${path}/scopes/approve`))).toMatchObject({ scopes: asked });
    expect(await errorOf(appAt(grantor, made), 'files:read')).toBe('invalid_scope');
  });

  it('gets no scope for a request without scope (RFC 6749 §3.3)', async () => {
    const made = await bodyOf<Shown>(developer('POST', '/clients', base), 201);
    const tokens = await appAt(grantor, made).tokens({ scope: undefined });
    expect([tokens.scope, tokens.id_token]).toEqual(['', undefined]);
  });

  it('has no access once all its scopes are removed', async () => {
    const made = await bodyOf<Shown>(developer('POST', '/clients', base), 201);
    expect(await bodyOf(admin('PATCH', `/clients/${made.client_id}`, { scopes: [] }))).toMatchObject({
      scopes: [],
    });
    expect(await errorOf(appAt(grantor, made), 'openid')).toBe('invalid_scope');
  });

  it('has the same when it registers itself (RFC 7591 §2)', async () => {
    const response = await fetch(`${grantor.issuer}/oauth2/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['https://self.example/callback'] }),
    });
    expect(await response.json()).toMatchObject({ scope: 'openid profile email' });
  });

  it('has what GRANTOR_REGISTRATION_SCOPES names when it registers itself', async () => {
    const registrationScopes = ['openid', 'files:read', 'billing:write'];
    const named = await startServer({ database, settings: { registration: 'open', registrationScopes } });
    const response = await fetch(`${named.issuer}/oauth2/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: ['https://self.example/callback'] }),
    });
    expect(await response.json()).toMatchObject({ scope: 'openid files:read' });
    await named.stop();
  });
});
