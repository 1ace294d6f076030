import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { languages, runScript } from './run-script.js';

describe.each(languages)('seed 002, full example (%s): create, update and delete a client', (language) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer();
  });
  afterAll(() => grantor.stop());

  it('steps 1 to 3: each response is as the program expects, and nothing is left', async () => {
    const steps = await runScript('manage-clients', language, {
      BASE_URL: grantor.issuer,
      API_KEY: grantor.apiKey,
    });

    expect(steps.create).toMatchObject({
      status: 201,
      body: {
        name: 'My New App',
        redirect_uris: ['https://myapp.example.com/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        client_secret: expect.stringMatching(/^[\w-]{43}$/),
      },
    });
    const id = String(steps.create?.body?.id);
    expect(steps.create?.body?.client_id).toBe(id);
    expect(steps.update).toMatchObject({
      status: 200,
      body: { id, name: 'My New App', redirect_uris: ['https://myapp.example.com/callback2'] },
    });
    expect(steps.update?.body).not.toHaveProperty('client_secret');
    expect(steps.delete?.status).toBe(200);
    expect((await grantor.api('GET', `/clients/${id}`)).status).toBe(404);
  });

  it('step 1: with a wrong key it gets 401, and creates nothing', async () => {
    const steps = await runScript('manage-clients', language, {
      BASE_URL: grantor.issuer,
      API_KEY: 'not-a-key-of-this-server',
    });

    expect(steps.create?.status).toBe(401);
    expect(Object.keys(steps)).toEqual(['create']);
    expect(await (await grantor.api('GET', '/clients')).json()).toMatchObject({ data: [] });
  });
});
