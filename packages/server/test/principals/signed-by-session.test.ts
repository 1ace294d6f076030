import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, callApi, xSignatureFor } from '../../../../test/kit/api-calls.js';
import { addApiKey } from '../../../../test/kit/callers.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { addSignedInUser } from '../../../../test/kit/users.js';

describe('an x-signature that was created with a session', () => {
  let grantor: TestServer;
  let signature: string;
  let cookie: string;
  let operations: readonly (readonly [method: string, path: string])[];
  beforeAll(async () => {
    grantor = await startServer();
    ({ cookie } = await addSignedInUser(grantor, { isAdmin: true }));
    signature = await xSignatureFor(grantor, { cookie });
    const document = (await (await fetch(`${grantor.issuer}/api/openapi.json`)).json()) as {
      readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [method.toUpperCase(), path.replace('/api/2.0', '')] as const),
    );
  });
  afterAll(() => grantor.stop());

  const send = (method: string, path: string, body?: unknown) =>
    callApi(grantor, { 'x-signature': signature }, method, path, body);

  it('cannot create or change anything: it would outlive a stolen session', async () => {
    const changing = operations.filter(([method]) => ['POST', 'PUT', 'PATCH'].includes(method));
    expect(changing.length).toBeGreaterThan(15);
    for (const [method, path] of changing) {
      const response = await send(method, path.replaceAll(/\{\w+\}/g, 'x'), {});
      expect([method, path, response.status]).toEqual([method, path, 403]);
      expect(await response.json()).toMatchObject({
        detail:
          'Access denied: a signature from a session can read and delete only. Use the session itself or an API key',
      });
    }
  });

  it('cannot register an app or rotate a secret, as the session can', async () => {
    const app = { name: 'App', redirect_uris: ['https://app.example.com/callback'] };
    expect((await send('POST', '/clients', app)).status).toBe(403);
    const made = await callApi(grantor, { cookie }, 'POST', '/clients', app);
    expect(made.status).toBe(201);
    const { client_id: id } = (await made.json()) as { client_id: string };
    expect((await send('PATCH', `/clients/${id}/regenerate`)).status).toBe(403);
    expect((await send('PATCH', `/clients/${id}`, { redirect_uris: ['https://x.example/'] })).status).toBe(
      403,
    );
    expect((await send('GET', `/clients/${id}`)).status).toBe(200);
    expect((await send('DELETE', `/clients/${id}`)).status).toBe(200);
  });

  it('gets no personal access token, as one of an API key does', async () => {
    const app = await registerApp(grantor, { scopes: ['files:read'] });
    const ask = (signed: string) =>
      app.post(
        '/oauth2/token',
        { grant_type: 'personal_access_token', scope: 'files:read' },
        { 'x-signature': signed },
      );
    const refused = await ask(signature);
    expect([refused.status, await refused.json()]).toMatchObject([
      400,
      { error: 'invalid_grant', error_description: expect.stringContaining('created with a session') },
    ]);
    const { user } = await addSignedInUser(grantor);
    const { key } = await addApiKey(grantor, user);
    expect((await ask(await xSignatureFor(grantor, bearer(key)))).status).toBe(200);
  });
});
