import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { displays } from '../../src/protocol/index.js';

describe('optional parameters (OpenID Connect Core 1.0 §3.1.2.1, §5.2)', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  it.each([
    ...displays.map((display) => ({ display })),
    { ui_locales: 'fr-CA fr en' },
    { ui_locales: 'tlh' },
    { claims_locales: 'de en' },
    { acr_values: 'urn:example:gold' },
    { login_hint: 'other@example.com' },
    { unheard_of: 'anything' },
  ])('%j is accepted and does not change the response', async (wish) => {
    const app = await registerApp(grantor);
    const { id_token: idToken } = await app.tokens(wish);
    expect(idToken).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it('an unknown display is refused, in the response mode of the request', async () => {
    const app = await registerApp(grantor);
    const { left } = await app.browser.open(
      app.authorizationUrl({ display: 'hologram', response_mode: 'fragment' }),
    );
    const response = new URLSearchParams(left?.hash.slice(1));
    expect(response.get('error')).toBe('invalid_request');
    expect(response.get('error_description')).toContain("'display'");
  });
});
