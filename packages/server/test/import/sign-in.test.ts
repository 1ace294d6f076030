import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { PASSWORD } from '../../../../test/kit/users.js';
import { systemClock } from '../../src/crypto/clock.js';
import { sha256 } from '../../src/crypto/hash.js';
import { importSample } from './import-sample.js';

describe.each(databases)('a user imported into %s', (database) => {
  let grantor: TestServer;
  beforeAll(async () => {
    grantor = await startServer({ database });
  });
  afterAll(() => grantor.stop());

  const signIn = async (login: string, password = PASSWORD) => {
    const browser = new HttpBrowser();
    const page = await browser.open(`${grantor.issuer}/signin`);
    const { status } = await browser.signIn(page, { username: login, password });
    return { status, browser };
  };
  const hashOf = async (login: string) =>
    (await grantor.server.store.accounts.findByLogin(login))?.passwordHash ?? '';

  it('signs in with the password of the other system, whose hash is replaced by argon2id', async () => {
    expect(await importSample(grantor, 'users.csv', 'csv')).toMatchObject({ created: 3, refused: 0 });
    expect(await importSample(grantor, 'users.jsonl', 'jsonl')).toMatchObject({ created: 3, refused: 0 });
    for (const [login, scheme] of [
      ['annie', 'bcrypt,6'],
      ['charles@example.com', 'scrypt,10,8,1,32'],
      ['grace', 'argon2,id,8192,2,1'],
      ['katherine@example.com', 'pbkdf2,sha256,1000,32'],
    ] as const) {
      expect(await hashOf(login)).toMatch(`imported:${scheme}:`);
      expect((await signIn(login, 'wrong')).status).toBe(400);
      expect(await hashOf(login)).toMatch(`imported:${scheme}:`);
      const { status, browser } = await signIn(login);
      expect(status).toBe(200);
      expect(await hashOf(login)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      // The new hash is of the same password, so that the session stays.
      const session = sha256(browser.cookieValue('grantor_session') ?? '');
      expect(await grantor.server.store.sessions.find(session, systemClock())).toBeDefined();
      expect((await signIn(login)).status).toBe(200);
    }
    // Sign-ins have nothing left to verify but hashes of Grantor.
    expect(await grantor.server.store.accounts.importedSchemes()).toEqual([]);
    expect((await signIn('mary', '')).status).toBe(400);
    expect((await signIn('retired')).status).toBe(400);
  });

  it('comes from a realm of Keycloak, without accounts of apps', async () => {
    expect(await importSample(grantor, 'keycloak-realm.json', 'keycloak')).toMatchObject({
      created: 3,
      refused: 1,
    });
    for (const login of ['lise@example.com', 'emmy']) expect((await signIn(login)).status).toBe(200);
    const lise = await grantor.server.store.accounts.findByLogin('lise');
    expect(lise).toMatchObject({ name: 'Lise Meitner', emailVerified: true, claims: { locale: 'de' } });
    expect(await grantor.server.store.accounts.findByLogin('former')).toMatchObject({
      emailVerified: false,
      disabledAt: expect.any(Number),
    });
  });

  it('comes from Auth0, and gets the password from the second file', async () => {
    expect(await importSample(grantor, 'auth0-users.ndjson', 'auth0')).toMatchObject({ created: 2 });
    expect((await signIn('hedy@example.com')).status).toBe(400);
    expect(await importSample(grantor, 'auth0-passwords.ndjson', 'auth0', 'update')).toMatchObject({
      updated: 1,
    });
    expect((await signIn('hedy@example.com')).status).toBe(200);
    expect((await signIn('rosalind@example.com')).status).toBe(400);
  });
});
