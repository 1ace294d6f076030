import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addCaller } from '../../../../test/kit/callers.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestApp, type TestTokens } from '../../../../test/kit/test-app.js';
import { manage, minimal, registered } from '../registration/support.js';

const scope = 'openid profile email';

describe('id_token_claims (OpenID Connect Core 1.0 §5.4)', () => {
  let grantor: TestServer;
  let standard: TestApp;
  let all: TestApp;
  beforeAll(async () => {
    grantor = await startServer({ settings: { registration: 'open', developers: 'everybody' } });
    standard = await registerApp(grantor);
    all = await registerApp(grantor, {
      id_token_claims: 'all',
      response_types: ['code', 'code id_token', 'id_token'],
      grant_types: ['authorization_code', 'refresh_token', 'implicit'],
    });
  });
  afterAll(() => grantor.stop());

  const claimsOf = async (app: TestApp, wanted = scope) =>
    decodeJwt((await app.tokens({ scope: wanted })).id_token);
  const shown = async (id: string) =>
    (await (await grantor.api('GET', `/clients/${id}`)).json()) as Record<string, unknown>;
  const settingOf = async (id: string) => (await shown(id)).id_token_claims;

  it('is standard by default: an ID token of the code flow has no names and no email', async () => {
    expect(await settingOf(standard.id)).toBe('standard');
    const claims = await claimsOf(standard);
    for (const name of ['name', 'given_name', 'email', 'email_verified'])
      expect(claims).not.toHaveProperty(name);
  });

  it('all adds every claim of the granted scopes to the ID token of the code flow, as in userinfo', async () => {
    const tokens = await all.tokens({ scope });
    const userinfo = (await (await all.userinfo(tokens.access_token)).json()) as Record<string, unknown>;
    expect(userinfo).toMatchObject({ name: 'Ada Lovelace', given_name: 'Ada', email: 'ada@example.com' });
    expect(decodeJwt(tokens.id_token)).toMatchObject({ ...userinfo, iss: grantor.issuer, aud: all.id });
  });

  it('all adds no claims of scopes that were not granted', async () => {
    expect(await claimsOf(all, 'openid email')).not.toHaveProperty('name');
    expect(await claimsOf(all, 'openid profile')).not.toHaveProperty('email');
    expect(await claimsOf(all, 'openid')).not.toHaveProperty('name');
  });

  it('all follows the scopes of a refresh (§12.2)', async () => {
    const { refresh_token: refreshToken } = await all.tokens({ scope });
    const narrowed = await all.refresh(refreshToken, { scope: 'openid email' });
    const { id_token: idToken } = (await narrowed.json()) as TestTokens;
    expect(decodeJwt(idToken)).toMatchObject({ email: 'ada@example.com' });
    expect(decodeJwt(idToken)).not.toHaveProperty('name');
  });

  it('all adds no names to the ID token in the authorization response of a hybrid flow (§3.3.3.6)', async () => {
    const callback = await all.authorize({ scope, response_type: 'code id_token', nonce: 'a nonce' });
    const front = new URLSearchParams(callback.hash.slice(1));
    expect(decodeJwt(front.get('id_token') ?? '')).not.toHaveProperty('name');
    const back = (await (await all.exchange(front.get('code') ?? '')).json()) as TestTokens;
    expect(decodeJwt(back.id_token)).toMatchObject({ name: 'Ada Lovelace' });
  });

  it('can be changed over the management API, and null restores the default', async () => {
    const app = await registerApp(grantor);
    await grantor.api('PATCH', `/clients/${app.id}`, { id_token_claims: 'all' });
    expect(await settingOf(app.id)).toBe('all');
    expect(await claimsOf(app)).toMatchObject({ name: 'Ada Lovelace' });
    await grantor.api('PATCH', `/clients/${app.id}`, { id_token_claims: null });
    expect(await settingOf(app.id)).toBe('standard');
    expect(await claimsOf(app)).not.toHaveProperty('name');
    const refused = await grantor.api('PATCH', `/clients/${app.id}`, { id_token_claims: 'everything' });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      errors: [{ field: 'id_token_claims', message: 'must be one of standard, all' }],
    });
  });

  it('can be set by a developer for an own app, which may read the same claims from userinfo', async () => {
    const developer = await addCaller(grantor);
    const response = await developer.call('POST', '/clients', {
      name: 'Own app',
      redirect_uris: ['https://own.example/callback'],
      id_token_claims: 'all',
    });
    expect(await response.json()).toMatchObject({ id_token_claims: 'all' });
  });

  it('is ignored if an app registers itself, and the value of an administrator stays (RFC 7591 §2)', async () => {
    const app = await registered(grantor, { ...minimal, id_token_claims: 'all' });
    expect(app).not.toHaveProperty('id_token_claims');
    expect(await settingOf(app.client_id)).toBe('standard');
    await grantor.api('PATCH', `/clients/${app.client_id}`, { id_token_claims: 'all' });
    const changed = await manage(app, 'PUT', {
      ...minimal,
      client_id: app.client_id,
      id_token_claims: 'standard',
    });
    expect(changed.status).toBe(200);
    expect(await settingOf(app.client_id)).toBe('all');
  });
});
