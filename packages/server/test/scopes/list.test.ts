import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, callWith } from '../../../../test/kit/api-calls.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { contractScopes } from '../docspace/contract-scopes.js';

interface Listed {
  readonly name: string;
  readonly group: string;
  readonly type: string;
  readonly title: string;
  readonly description: string | null;
}

describe.each(databases)('the list of scopes on %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  it.each(['/scopes', '/oauth2/scopes'])('is a bare array at %s, with openid last', async (path) => {
    const scopes = await bodyOf<Listed[]>(grantor.api('GET', path));
    expect(scopes.at(-1)).toMatchObject({ name: 'openid', group: 'openid', type: 'openid' });
    for (const [name, group, type] of contractScopes) {
      expect(scopes).toContainEqual(expect.objectContaining({ name, group, type }));
    }
    expect(scopes).toHaveLength(contractScopes.length + 6);
  });

  it('is visible to every user, and needs authentication', async () => {
    const { call } = await addCaller(grantor);
    expect((await call('GET', '/scopes')).status).toBe(200);
    expect((await callWith(grantor, 'no-key')('GET', '/scopes')).status).toBe(401);
    const limited = await addCaller(grantor, { scopes: ['grantor.consents:read'] });
    expect((await limited.call('GET', '/scopes')).status).toBe(403);
  });

  it.each([
    ['de', 'Ihre Dateien und Ordner sehen'],
    ['fr-CA, en;q=0.5', 'Voir vos fichiers et dossiers'],
    ['xx, es;q=0.2, de;q=0.1', 'Ver sus archivos y carpetas'],
    ['de;q=0, *', 'See your files and folders'],
    [';;;=,,q', 'See your files and folders'],
    ['constructor, __proto__', 'See your files and folders'],
    ['de-CH-1996;q=0.9, xx;q=0.8', 'Ihre Dateien und Ordner sehen'],
    ['de;q="', 'Ihre Dateien und Ordner sehen'],
  ])('has the language of Accept-Language: %s', async (header, title) => {
    const scopes = await bodyOf<Listed[]>(
      grantor.api('GET', '/scopes', undefined, { 'accept-language': header }),
    );
    expect(scopes.find(({ name }) => name === 'files:read')?.title).toBe(title);
  });

  it('uses the first languages of a long Accept-Language only', async () => {
    const titleFor = async (header: string) => {
      const scopes = await bodyOf<Listed[]>(
        grantor.api('GET', '/scopes', undefined, { 'accept-language': header }),
      );
      return scopes.find(({ name }) => name === 'files:read')?.title;
    };
    expect(await titleFor(`de, ${'fr, '.repeat(3000)}`)).toBe('Ihre Dateien und Ordner sehen');
    expect(await titleFor(`${'xx, '.repeat(3000)}de`)).toBe('See your files and folders');
    expect(await titleFor(`${'xx, '.repeat(16)}de`)).toBe('See your files and folders');
    expect(await titleFor(';'.repeat(12_000))).toBe('See your files and folders');
  });

  it('has no scope of the management API in it, and neither has the metadata (RFC 8414 §2)', async () => {
    const names = (await bodyOf<Listed[]>(grantor.api('GET', '/scopes'))).map(({ name }) => name);
    const metadata = await fetch(`${grantor.issuer}/.well-known/oauth-authorization-server`);
    const { scopes_supported: supported } = (await metadata.json()) as { scopes_supported: string[] };
    expect([...names, ...supported].filter((name) => name.startsWith('grantor.'))).toEqual([]);
    expect(supported.toSorted()).toEqual(names.toSorted());
  });
});
