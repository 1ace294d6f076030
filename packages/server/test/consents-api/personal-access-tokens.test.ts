import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, xSignatureFor } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

describe.each(databases)('a personal access token on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  it.each(['jwt', 'opaque'])(
    'is among the grants, and ends with what its developer revokes (%s)',
    async (format) => {
      const app = await registerApp(grantor, { access_token_format: format });
      const { headers: credential, call } = await addCaller(grantor);
      const asked = { grant_type: 'personal_access_token', scope: 'files:read' };
      const headers = { 'x-signature': await xSignatureFor(grantor, credential) };
      const { access_token: token = '' } = await bodyOf<Record<string, string>>(
        await app.post('/oauth2/token', asked, headers),
      );
      expect(await app.isActive(token)).toBe(true);
      expect(await bodyOf(await call('GET', '/grants'))).toMatchObject({
        data: [{ kind: 'personal_access_token', client_id: app.id, scopes: ['files:read'] }],
      });
      expect((await call('DELETE', `/clients/${app.id}/revoke`)).status).toBe(200);
      expect(await app.isActive(token)).toBe(false);
      expect(await bodyOf(await call('GET', '/grants'))).toMatchObject({ data: [] });
      expect((await call('DELETE', `/clients/${app.id}/revoke`)).status).toBe(404);
    },
  );
});
