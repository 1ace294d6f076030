import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

describe('the granted scopes (RFC 6749 §3.3)', () => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  it('are the requested ones, each once and in their order', async () => {
    const app = await registerApp(grantor);
    expect((await app.tokens({ scope: 'files:write openid files:write' })).scope).toBe('files:write openid');
  });

  it('are those of the registration if the request has none, without the identity scopes', async () => {
    const app = await registerApp(grantor, { scopes: ['openid', 'profile', 'files:read', 'rooms:read'] });
    const tokens = await app.tokens({ scope: undefined });
    expect(tokens.scope).toBe('files:read rooms:read');
    expect(tokens).not.toHaveProperty('id_token');
  });

  it.each([
    ['that the server does not know', {}, 'openid files:destroy'],
    ['that the app is not registered for', { scopes: ['openid', 'files:read'] }, 'openid files:write'],
  ])('one %s is refused at the callback', async (_, metadata, scope) => {
    const app = await registerApp(grantor, metadata);
    const { left } = await app.browser.open(app.authorizationUrl({ scope, state: 'kept' }));
    expect(left?.searchParams.get('error')).toBe('invalid_scope');
    expect(left?.searchParams.get('state')).toBe('kept');
  });
});
