import { describe, expect, it } from 'vitest';
import { bodyOf, refusedFieldCodes } from '../../../../test/kit/api-calls.js';
import { Deployment } from '../../../../test/kit/deployment.js';
import { databases } from '../../../../test/kit/servers.js';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { billing } from './billing.js';

describe.each(databases)('one catalogue of several processes on %s', (database) => {
  it('knows a scope of another process when it is first requested, and drops a deleted one at the next refresh', async () => {
    const deployment = new Deployment(await createDatabase(database));
    const [one, other] = [await deployment.start(), await deployment.start()];
    try {
      await bodyOf(one.call('POST', '/scopes', { ...billing, name: 'made-here', group: 'files' }), 201);
      const app = { name: 'App', redirect_uris: ['https://app.example.com/cb'], scopes: ['made-here'] };
      await bodyOf(other.call('POST', '/clients', app), 201);

      await bodyOf(one.call('DELETE', '/scopes/made-here'));
      const refused = { 'scopes.0': 'invalid' };
      expect(await refusedFieldCodes(one.call('POST', '/clients', app))).toEqual(refused);
      await other.tick();
      expect(await refusedFieldCodes(other.call('POST', '/clients', app))).toEqual(refused);
    } finally {
      await deployment.stop();
    }
  });
});
