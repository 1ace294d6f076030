import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, startGrantor, type TestGrantor } from '../../../../test/kit/grantor.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { keyOfSomebody, signatureFor } from '../personal-access-token/support.js';
import { bodyOf } from './support.js';

describe.each(databases)('a personal access token on %s', (database) => {
  let grantor: TestGrantor;
  beforeAll(async () => {
    grantor = await startGrantor({ database });
  });
  afterAll(() => grantor.stop());

  it.each(['jwt', 'opaque'])(
    'is among the grants, and ends with what its developer revokes (%s)',
    async (format) => {
      const app = await registerApp(grantor, { access_token_format: format });
      const { key } = await keyOfSomebody(grantor);
      const call = (method: string, path: string) =>
        fetch(`${grantor.issuer}/api/2.0${path}`, { method, headers: { authorization: `Bearer ${key}` } });
      const asked = { grant_type: 'personal_access_token', scope: 'files:read' };
      const headers = { 'x-signature': await signatureFor(grantor, key) };
      const { access_token: token = '' } = await bodyOf<Record<string, string>>(
        await app.post('/oauth2/token', asked, headers),
      );
      const isActive = async () => bodyOf(await app.post('/oauth2/introspect', { token }));
      expect(await isActive()).toMatchObject({ active: true });
      expect(await bodyOf(await call('GET', '/grants'))).toMatchObject({
        data: [{ kind: 'personal_access_token', client_id: app.id, scopes: ['files:read'] }],
      });
      expect((await call('DELETE', `/clients/${app.id}/revoke`)).status).toBe(200);
      expect(await isActive()).toEqual({ active: false });
      expect(await bodyOf(await call('GET', '/grants'))).toMatchObject({ data: [] });
      expect((await call('DELETE', `/clients/${app.id}/revoke`)).status).toBe(404);
    },
  );
});
