import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, callApi, type RequestHeaders } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { sha256 } from '../../src/crypto/hash.js';
import { keyring } from './support.js';

describe.each(databases)('the visible API keys, on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  const { create, list, status } = keyring(() => grantor);

  it('has the caller’s own keys; administrators may list those of others and all', async () => {
    const ada = await addCaller(grantor);
    const made = await create(ada.headers);
    const administrator = await addCaller(grantor, { isAdmin: true });
    const ids = async (headers: RequestHeaders, query = '') =>
      (await list(headers, query)).map(({ id }) => id);
    expect(await ids(ada.headers)).toContain(made.id);
    expect(await ids(ada.headers, `?account_id=${ada.user.id}`)).toContain(made.id);
    expect(await ids(administrator.headers)).not.toContain(made.id);
    expect(await ids(administrator.headers, `?account_id=${ada.user.id}`)).toContain(made.id);
    expect(await ids(administrator.headers, '?all=true&limit=50')).toContain(made.id);
    expect(await ids(bearer(grantor.apiKey), '?limit=50')).toContain(made.id);
  });

  describe('of another user', () => {
    it('are 404 for callers who are not administrators (IDOR)', async () => {
      const [ada, eve] = [await addCaller(grantor), await addCaller(grantor)];
      const made = await create(ada.headers);
      for (const id of [made.id, 'configured', 'unknown', randomUUID()]) {
        expect(await status(eve.headers, 'GET', `/keys/${id}`)).toBe(404);
        expect(await status(eve.headers, 'PATCH', `/keys/${id}`, { name: 'Mine' })).toBe(404);
        expect(await status(eve.headers, 'DELETE', `/keys/${id}`)).toBe(404);
      }
      expect(await status(eve.headers, 'GET', `/keys?account_id=${ada.user.id}`)).toBe(403);
      expect(await status(eve.headers, 'GET', `/keys?account_id=${randomUUID()}`)).toBe(403);
      expect(await status(eve.headers, 'GET', '/keys?all=true')).toBe(403);
      expect(await status(eve.headers, 'GET', `/keys?all=true&account_id=${eve.user.id}`)).toBe(403);
      expect((await list(ada.headers)).find(({ id }) => id === made.id)?.name).toBe('CI');
    });

    it('can be deleted by administrators, who cannot read them', async () => {
      const ada = await addCaller(grantor);
      const made = await create(ada.headers);
      const administrator = await addCaller(grantor, { isAdmin: true });
      const shown = await (await callApi(grantor, administrator.headers, 'GET', `/keys/${made.id}`)).text();
      expect(shown).not.toContain(made.key);
      expect(shown).not.toContain(sha256(made.key));
      expect(await status(administrator.headers, 'DELETE', `/keys/${made.id}`)).toBe(200);
      expect(await status(bearer(made.key), 'GET', '/clients')).toBe(401);
    });

    it.each(['%00', '%ED%A0%80', '..', 'a%20b', '__proto__', 'x'.repeat(2000)])(
      'are not found by the ID %s',
      async (id) => {
        const { headers } = await addCaller(grantor);
        for (const method of ['GET', 'DELETE']) {
          expect([400, 404]).toContain(await status(headers, method, `/keys/${id}`));
        }
      },
    );
  });

  describe('the key of the configuration', () => {
    it('is listed for administrators, without its secret', async () => {
      const { headers } = await addCaller(grantor, { isAdmin: true });
      const text = JSON.stringify(await list(headers, '?all=true&limit=50'));
      const shown = await callApi(grantor, headers, 'GET', '/keys/configured');
      expect(await shown.json()).toMatchObject({
        id: 'configured',
        account_id: null,
        scopes: null,
        expires_on: null,
      });
      expect(text).not.toContain(grantor.apiKey);
    });

    it('can be neither deleted nor changed: only the configuration sets it', async () => {
      const administrator = await addCaller(grantor, { isAdmin: true });
      for (const headers of [administrator.headers, bearer(grantor.apiKey)]) {
        const refused = await callApi(grantor, headers, 'DELETE', '/keys/configured');
        expect(refused.status).toBe(409);
        expect(await refused.json()).toMatchObject({ detail: expect.stringContaining('GRANTOR_API_KEY') });
        expect(await status(headers, 'PATCH', '/keys/configured', { name: 'x' })).toBe(409);
      }
      expect(await status(bearer(grantor.apiKey), 'GET', '/clients')).toBe(200);
    });

    it('creates keys of the deployment, which only administrators see', async () => {
      const made = await create(bearer(grantor.apiKey), { scopes: ['grantor.clients:read'] });
      expect(made.account_id).toBeNull();
      expect(await status(bearer(made.key), 'GET', '/registration-tokens')).toBe(200);
      expect(await status(bearer(made.key), 'POST', '/registration-tokens', {})).toBe(403);
      expect(await status((await addCaller(grantor)).headers, 'GET', `/keys/${made.id}`)).toBe(404);
      expect(
        await status((await addCaller(grantor, { isAdmin: true })).headers, 'GET', `/keys/${made.id}`),
      ).toBe(200);
    });
  });
});
