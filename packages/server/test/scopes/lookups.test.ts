import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call } from '../../../../test/kit/api-calls.js';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { loadScopeCatalogue } from '../../src/scopes/scope-catalogue.js';
import { billing } from './billing.js';

describe.each(databases)('queries of the catalogue on %s', (database) => {
  let grantor: TestServer;
  let admin: Call;
  beforeAll(async () => {
    grantor = await startServer({ database });
    admin = grantor.api;
  });
  afterAll(() => grantor.stop());

  /** A catalogue beside that of the server, with the number of times that it was read. */
  async function ownCatalogue() {
    const { scopes } = grantor.server.store;
    const seen = { reads: 0, now: 1_800_000_000 };
    const load = () => {
      seen.reads += 1;
      return scopes.load();
    };
    return { seen, catalogue: await loadScopeCatalogue({ load }, () => seen.now, true) };
  }

  it('are none for a request with known scopes', async () => {
    const { seen, catalogue } = await ownCatalogue();
    await catalogue.consult(['openid', 'files:read', 'grantor.clients:read']);
    await catalogue.consult([]);
    expect(seen.reads).toBe(1);
  });

  it('are one a second for any number of invented names', async () => {
    const { seen, catalogue } = await ownCatalogue();
    await Promise.all(Array.from({ length: 50 }, (_, index) => catalogue.consult([`made-up-${index}`])));
    expect(seen.reads).toBe(2);
    seen.now += 1;
    await catalogue.consult(['made-up']);
    expect(seen.reads).toBe(3);
  });

  it('find added scopes, in the query that others wait for', async () => {
    const { catalogue } = await ownCatalogue();
    await bodyOf(admin('POST', '/scopes', { ...billing, name: 'added', group: 'files' }), 201);
    const found = await Promise.all([catalogue.consult(['never']), catalogue.consult(['added'])]);
    expect(found.map((each) => each.find('added')?.group)).toEqual(['files', 'files']);
    await bodyOf(admin('DELETE', '/scopes/added'));
  });

  it('return the same object while nothing changes, so that its caches stay valid', async () => {
    const { catalogue } = await ownCatalogue();
    const before = catalogue.current();
    await catalogue.reload();
    expect(catalogue.current()).toBe(before);
    await bodyOf(admin('POST', '/scopes', { ...billing, name: 'change', group: 'files' }), 201);
    await catalogue.reload();
    expect(catalogue.current()).not.toBe(before);
  });
});
