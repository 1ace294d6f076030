import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases, type TestGrantor } from '../../../../test/kit/grantor.js';
import { createPostgresDatabase } from '../../../../test/kit/test-database.js';
import { Deployment } from '../key-rotation/world.js';
import { billing, type Call, callWith, read, refusedFields } from './support.js';

describe.each(databases)('one catalogue of several processes on %s', (database) => {
  let folder: string;
  let deployment: Deployment;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grantor-scopes-'));
    deployment = new Deployment(
      database === 'postgres' ? await createPostgresDatabase() : `sqlite:${join(folder, 'grantor.db')}`,
    );
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('knows a scope of another process when it is first requested, and drops a deleted one at the next refresh', async () => {
    const [one, other] = [await deployment.start(), await deployment.start()];
    try {
      const apiAt = (url: string): Call => {
        const { apiKey = '' } = deployment.config();
        return callWith({ issuer: url } as TestGrantor, apiKey);
      };
      const [here, there] = [apiAt(one.url), apiAt(other.url)];
      await read(here('POST', '/scopes', { ...billing, name: 'made-here', group: 'files' }), 201);
      const app = { name: 'App', redirect_uris: ['https://app.example.com/cb'], scopes: ['made-here'] };
      await read(there('POST', '/clients', app), 201);

      await read(here('DELETE', '/scopes/made-here'));
      expect(await refusedFields(here('POST', '/clients', app))).toEqual(['scopes.0 ErrorInvalidScope']);
      await other.tick();
      expect(await refusedFields(there('POST', '/clients', app))).toEqual(['scopes.0 ErrorInvalidScope']);
    } finally {
      await Promise.all([one.stop(), other.stop()]);
    }
  });
});
