import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, type TestTokens } from '../../../../test/kit/test-app.js';
import { passwordContext as password } from '../../src/accounts/authentication-context.js';

let grantor: TestServer;
let now = Math.floor(Date.now() / 1000);
beforeAll(async () => {
  grantor = await startServer({ clock: () => now });
});
afterAll(() => grantor.stop());

describe('how the user signed in (OpenID Connect Core 1.0 §2, RFC 8176)', () => {
  it('is in acr, amr and auth_time in every ID token, after a refresh too (§12.2)', async () => {
    const app = await registerApp(grantor);
    const tokens = await app.tokens();
    const told = { acr: password, amr: ['pwd'], auth_time: now };
    expect(decodeJwt(tokens.id_token)).toMatchObject(told);
    now += 60;
    const refreshed = (await (await app.refresh(tokens.refresh_token)).json()) as TestTokens;
    expect(decodeJwt(refreshed.id_token)).toMatchObject(told);
  });

  it('acr_values is voluntary: an unsupported value is no error (§3.1.2.1)', async () => {
    const app = await registerApp(grantor, { default_acr_values: ['urn:example:gold'] });
    for (const wish of [undefined, password, `urn:example:gold ${password}`, 'urn:example:gold']) {
      const tokens = await app.tokens({ acr_values: wish });
      expect(decodeJwt(tokens.id_token).acr).toBe(password);
    }
  });

  it.each([
    { essential: true },
    { essential: true, value: password },
    { essential: true, values: ['urn:example:gold', password] },
    { values: ['urn:example:gold'] },
    null,
  ])('satisfies acr as %j (§5.5.1.1)', async (acr) => {
    const app = await registerApp(grantor);
    const tokens = await app.tokens({ claims: JSON.stringify({ id_token: { acr } }) });
    expect(decodeJwt(tokens.id_token).acr).toBe(password);
  });

  it.each([
    { essential: true, value: 'urn:example:gold' },
    { essential: true, values: ['urn:example:gold', 'urn:example:silver'] },
    { essential: true, values: [] },
    { essential: true, value: null },
  ])('refuses acr as %j as a failed sign-in, before a user has signed in (§5.5.1.1)', async (acr) => {
    const app = await registerApp(grantor);
    const callback = await app.authorize({ claims: JSON.stringify({ id_token: { acr } }), state: 'kept' });
    expect(callback.searchParams.get('error')).toBe('unmet_authentication_requirements');
    expect(callback.searchParams.get('state')).toBe('kept');
  });
});

describe('default_max_age and require_auth_time (OpenID Connect Registration 1.0 §2)', () => {
  it('default_max_age applies if a request has no max_age', async () => {
    const app = await registerApp(grantor, { default_max_age: 60, require_auth_time: true });
    await app.code();
    now += 61;
    const open = (parameters: Record<string, string>) => app.browser.open(app.authorizationUrl(parameters));
    expect((await open({ prompt: 'none' })).left?.searchParams.get('error')).toBe('login_required');
    expect((await open({})).html).toContain('id="sign-in"');
    const callback = (await open({ prompt: 'none', max_age: '3600' })).left;
    expect(callback?.searchParams.has('code')).toBe(true);
  });

  it('max_age=0 requires a new sign-in, also within the same second (§3.1.2.1)', async () => {
    const app = await registerApp(grantor);
    await app.code();
    const page = await app.browser.open(app.authorizationUrl({ max_age: '0' }));
    expect(page.html).toContain('id="sign-in"');
  });
});
