import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { refusalOf, registerApp } from '../../../../test/kit/test-app.js';
import { errorOf } from './approval-support.js';

describe.each(databases)('write and read of a group on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  it('lets an app that is registered for a write request the read of its group, and not the other way round', async () => {
    const app = await registerApp(grantor, { scopes: ['files:write'] });
    expect(await errorOf(app, 'files:read')).toBeNull();
    expect(await errorOf(app, 'rooms:read')).toBe('invalid_scope');
    const reader = await registerApp(grantor, { scopes: ['files:read'] });
    expect(await errorOf(reader, 'files:write')).toBe('invalid_scope');
  });

  it('does not apply if the group turns it off', async () => {
    const texts = { en: { title: 'Safes' } };
    await bodyOf(grantor.api('PUT', '/scope-groups/safes', { texts, write_implies_read: false }));
    for (const type of ['read', 'write']) {
      await bodyOf(
        grantor.api('POST', '/scopes', { name: `safes:${type}`, group: 'safes', type, texts }),
        201,
      );
    }
    const app = await registerApp(grantor, { scopes: ['safes:write'] });
    expect(await errorOf(app, 'safes:read')).toBe('invalid_scope');
    await bodyOf(grantor.api('PUT', '/scope-groups/safes', { texts }));
    expect(await errorOf(app, 'safes:read')).toBeNull();
  });

  it('refuses a refresh that requests the read of a granted write (RFC 6749 §6)', async () => {
    const app = await registerApp(grantor, { scopes: ['files:write'] });
    const { refresh_token: token } = await app.tokens({ scope: 'files:write' });
    const refused = await app.refresh(token, { scope: 'files:read' });
    expect(await refusalOf(refused)).toEqual({ status: 400, error: 'invalid_scope' });
  });
});
