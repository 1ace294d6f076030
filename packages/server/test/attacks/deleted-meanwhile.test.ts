import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

/** Has something happen in the moment between what a verb's caller looked up and what the verb writes. */
function justBefore<Name extends string>(
  store: Record<Name, (...args: never[]) => Promise<unknown>>,
  verb: Name,
  happens: () => Promise<unknown>,
): () => void {
  const original = store[verb];
  if (typeof original !== 'function') throw new Error(`storage has no verb ${verb}`);
  store[verb] = async (...args: never[]) => {
    await happens();
    return original(...args);
  };
  return () => {
    store[verb] = original;
  };
}

describe.each(databases)('an app that is deleted in the middle of a request, on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  it('gets a refusal and not a 500 when its grant is written (race, denial of service)', async () => {
    const app = await registerApp(grantor);
    const { store } = grantor.server;
    await app.tokens();
    const restore = justBefore(store.grants as never, 'create', () => store.clients.delete(app.id));
    const page = await app.browser.open(app.authorizationUrl());
    restore();
    expect(page.status).toBe(400);
    expect(page.html).toContain('was deleted during the request');
  });

  it('gets a refusal and not a 500 when its own token is written (race, denial of service)', async () => {
    const app = await registerApp(grantor, {
      grantTypes: ['authorization_code', 'client_credentials'],
      access_token_format: 'opaque',
    });
    const { store } = grantor.server;
    const restore = justBefore(store.clientTokens as never, 'create', () => store.clients.delete(app.id));
    const response = await app.post('/oauth2/token', {
      grant_type: 'client_credentials',
      scope: 'files:read',
    });
    restore();
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'invalid_request' });
  });
});
