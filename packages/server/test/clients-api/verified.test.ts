import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { type ApiCaller, addCaller } from '../../../../test/kit/callers.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';

describe('a verified app', () => {
  let grantor: TestServer;
  let developer: ApiCaller;

  beforeAll(async () => {
    grantor = await startServer();
    developer = await addCaller(grantor);
  });
  afterAll(() => grantor.stop());

  /** An app of a developer that an administrator has verified. */
  async function verified(): Promise<string> {
    const app = await bodyOf<{ client_id: string }>(
      developer.call('POST', '/clients', {
        name: 'Photo Printer',
        publisher: 'Printer Ltd',
        redirect_uris: ['https://printer.example/callback'],
      }),
      201,
    );
    await bodyOf(grantor.api('PATCH', `/clients/${app.client_id}`, { verified: true }), 200);
    return app.client_id;
  }

  const show = (id: string) =>
    bodyOf<{ publisher: string; verified: boolean }>(developer.call('GET', `/clients/${id}`));

  it('is verified by an administrator only', async () => {
    const id = await verified();
    expect(await show(id)).toMatchObject({ publisher: 'Printer Ltd', verified: true });
    const own = await bodyOf<{ client_id: string }>(
      developer.call('POST', '/clients', { name: 'Mine', redirect_uris: ['https://app.example/callback'] }),
      201,
    );
    expect((await developer.call('PATCH', `/clients/${own.client_id}`, { verified: true })).status).toBe(403);
    const fields = { name: 'New', redirect_uris: ['https://app.example/callback'], verified: true };
    expect((await developer.call('POST', '/clients', fields)).status).toBe(403);
  });

  it.each([
    { name: 'Your Bank' },
    { publisher: 'Your Bank' },
    { client_uri: 'https://bank.example' },
    { redirect_uris: ['https://attacker.example/callback'] },
    {
      logo: `data:image/svg+xml;base64,${btoa('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>')}`,
    },
    { policy_uri: 'https://bank.example/privacy' },
  ])('is verified no more after a change of what users see: %j', async (changes) => {
    const id = await verified();
    await bodyOf(developer.call('PATCH', `/clients/${id}`, changes), 200);
    expect((await show(id)).verified).toBe(false);
  });

  it('stays verified after another change, and after a change that an administrator verifies', async () => {
    const id = await verified();
    await bodyOf(
      developer.call('PATCH', `/clients/${id}`, { description: 'Prints photos', name: 'Photo Printer' }),
      200,
    );
    expect((await show(id)).verified).toBe(true);
    await bodyOf(grantor.api('PATCH', `/clients/${id}`, { name: 'Printer', verified: true }), 200);
    expect((await show(id)).verified).toBe(true);
  });

  it('has its verification in the audit trail', async () => {
    const id = await verified();
    const { items } = await grantor.server.store.audit.list({ limit: 1, after: null }, { clientId: id });
    expect(items).toMatchObject([
      { type: 'client.updated', before: { verified: false }, after: { verified: true } },
    ]);
  });
});
