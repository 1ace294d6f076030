import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { type LdapEntry, startLdapServer, type TestLdapServer } from '../../../../test/kit/ldap-server.js';
import { databases, startServer, type TestServer } from '../../../../test/kit/servers.js';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';
import { addUser, PASSWORD } from '../../../../test/kit/users.js';
import { localSelfSigned, selfSigned } from '../outbound/certificates.js';
import { sizeOf } from '../sign-in-throttle/support.js';

const SERVICE = 'cn=grantor,dc=example,dc=com';
const PEOPLE = 'ou=people,dc=example,dc=com';

const person = (uid: string, more: Readonly<Record<string, readonly string[]>> = {}): LdapEntry => ({
  dn: `uid=${uid},${PEOPLE}`,
  password: `password of ${uid}`,
  attributes: {
    objectClass: ['person'],
    entryUUID: [`uuid-${uid}`],
    uid: [uid],
    mail: [`${uid}@corp.example`],
    cn: [`Name of ${uid}`],
    sn: [uid],
    ...more,
  },
});

const group = (cn: string, ...members: readonly string[]): LdapEntry => ({
  dn: `cn=${cn},ou=groups,dc=example,dc=com`,
  attributes: {
    objectClass: ['groupOfNames'],
    cn: [cn],
    member: members.map((uid) => `uid=${uid},${PEOPLE}`),
  },
});

const entries: readonly LdapEntry[] = [
  { dn: SERVICE, password: 'service', attributes: {} },
  person('hopper'),
  person('curie'),
  person('gauss'),
  person('paren(the)sis', { cn: ['P*'] }),
  person('twin', { mail: ['shared@corp.example'] }),
  person('twin2', { mail: ['shared@corp.example'] }),
  group('engineers', 'hopper', 'curie'),
  group('grantor-admins', 'curie'),
];

const settingsFor = (url: string) =>
  ({
    ldapUrl: url,
    ldapStartTls: 'off',
    ldapBindDn: SERVICE,
    ldapBindPassword: 'service',
    ldapBaseDn: PEOPLE,
    ldapGroupBaseDn: 'ou=groups,dc=example,dc=com',
    ldapAdminGroup: 'grantor-admins',
  }) as const;

const signInTo = async ({ issuer }: TestServer, username: string, password: string) => {
  const browser = new HttpBrowser();
  const page = await browser.open(`${issuer}/signin`);
  const { status, html, response } = await browser.signIn(page, { username, password });
  return { status, html, headers: response.headers };
};

describe.each(databases)('sign-in with a directory, on %s', (database) => {
  let ldap: TestLdapServer;
  let grantor: TestServer;
  beforeAll(async () => {
    ldap = await startLdapServer(entries, { serviceDn: SERVICE });
    grantor = await startServer({
      database,
      settings: { ...settingsFor(ldap.url), signInsPerAddress: 1000 },
    });
  });
  afterAll(async () => {
    await grantor.stop();
    await ldap.stop();
  });
  afterEach(() => ldap.hang(false));

  const signIn = (username: string, password = `password of ${username}`) =>
    signInTo(grantor, username, password);
  const accountOf = (login: string) => grantor.server.store.accounts.findByLogin(login);
  /** What the directory receives during some work. */
  const during = async (work: () => Promise<unknown>) => {
    const before = ldap.received.length;
    await work();
    return ldap.received.slice(before);
  };

  it('uses a connection for several sign-ins, and authenticates each of them on it (RFC 4511 §4.2.1)', async () => {
    await signIn('hopper');
    const before = ldap.connections();
    const received = await during(async () => {
      expect((await signIn('hopper')).status).toBe(200);
      expect((await signIn('hopper', 'wrong')).status).toBe(400);
      expect((await signIn('curie')).status).toBe(200);
    });
    expect(ldap.connections()).toBe(before);
    // The service account searches, although a user was authenticated on the connection before.
    for (const [index, operation] of received.entries()) {
      if (operation.startsWith('search') && !received[index - 1]?.startsWith('search')) {
        expect(received[index - 1]).toBe(`bind ${SERVICE}`);
      }
    }
  });

  it('opens another connection if the directory has closed an idle one', async () => {
    await signIn('hopper');
    const before = ldap.connections();
    ldap.disconnect();
    expect((await signIn('hopper')).status).toBe(200);
    expect(ldap.connections()).toBe(before + 1);
  });

  it('creates the account with claims and groups at the first sign-in, and finds it by the ID of the directory', async () => {
    expect((await signIn('hopper')).status).toBe(200);
    const account = await accountOf('hopper');
    expect(account).toMatchObject({
      username: 'hopper',
      email: 'hopper@corp.example',
      emailVerified: true,
      name: 'Name of hopper',
      familyName: 'hopper',
      passwordHash: null,
      isAdmin: false,
    });
    expect((await signIn('HOPPER@corp.example', 'password of hopper')).status).toBe(200);
    expect((await accountOf('hopper'))?.id).toBe(account?.id);
    const groups = await grantor.server.store.groups.groupsOf(account?.id ?? '');
    expect(groups.map(({ name }) => name)).toEqual(['engineers']);
  });

  it('makes members of the group for administrators administrators', async () => {
    expect((await signIn('curie')).status).toBe(200);
    const account = await accountOf('curie');
    expect(account?.isAdmin).toBe(true);
    const groups = await grantor.server.store.groups.groupsOf(account?.id ?? '');
    expect(groups.map(({ name }) => name)).toEqual(['engineers', 'grantor-admins']);
  });

  it('never sends an empty password, with which a bind always succeeds (RFC 4513 §5.1.2)', async () => {
    const sent = await during(async () => expect((await signIn('hopper', '')).status).toBe(400));
    expect(sent).toEqual([]);
  });

  it.each([
    ['*', 'x'],
    ['hopper)(uid=*', 'password of hopper'],
    ['*)(uid=*))(|(uid=*', 'password of hopper'],
    ['hopper\\', 'x'],
    ['hop\u0000per', 'x'],
  ])('searches for the login %j literally (RFC 4515 §3)', async (login, password) => {
    const sent = await during(async () => expect((await signIn(login, password)).status).toBe(400));
    expect(sent).toContain(`search (uid=${login.toLowerCase()})`);
    expect(sent).toContain(`search (mail=${login.toLowerCase()})`);
    expect(sent.filter((each) => each.includes('=hopper,'))).toEqual([]);
  });

  it.each([
    ['invisible characters', 'hop\u00ADper'],
    ['accents', 'h\u00F4pper'],
    ['accents without a letter of their own', 'h\u030Aopper@corp.example'],
  ])('counts guesses of a password under one login: %s lead to no user', async (_, login) => {
    const sent = await during(async () =>
      expect((await signIn(login, 'password of hopper')).status).toBe(400),
    );
    expect(sent).toContain(`search (uid=${login.normalize('NFKC')})`);
    expect(sent.filter((each) => each.includes('=hopper,'))).toEqual([]);
  });

  it('finds a user whose login has characters of filters', async () => {
    expect((await signIn('paren(the)sis')).status).toBe(200);
  });

  it('refuses a login that means two users, and a wrong password', async () => {
    expect((await signIn('shared@corp.example', 'password of twin')).status).toBe(400);
    expect((await signIn('hopper', 'wrong')).status).toBe(400);
  });

  it('counts no wrong passwords from before a right one', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let count = 0; count < 4; count += 1) expect((await signIn('gauss', 'wrong')).status).toBe(400);
      expect((await signIn('gauss')).status).toBe(200);
    }
  });

  it('does the same work for unknown logins, with the same words', async () => {
    const [kind, unknown]: string[][] = [[], []];
    let texts: string[] = [];
    for (const [login, list] of [
      ['hopper', kind],
      ['unknown-user', unknown],
      [grantor.user.username, kind],
    ] as const) {
      const received = await during(async () => {
        const { html } = await signIn(login, 'wrong');
        texts.push(html.replaceAll(/value="[^"]*"/g, ''));
      });
      list?.push(received.map((each) => each.split(' ')[0]).join(' '));
    }
    expect(unknown).toEqual(['bind search search search bind']);
    expect(kind).toEqual(['bind search search search bind', 'bind search search search bind']);
    texts = texts.map((text) => text.replaceAll(/nonce-[\w-]+|[\w-]{43}/g, ''));
    expect(new Set(texts).size).toBe(1);
  });

  it('does not sign in to an account with the same login that is not of the directory', async () => {
    const local = await addUser(grantor, { username: 'twin', email: null });
    expect((await signIn('twin')).status).toBe(400);
    expect((await signIn('twin', PASSWORD)).status).toBe(200);
    expect((await grantor.server.store.accounts.find(local.id))?.name).toBe('Grace Hopper');
  });

  it('verifies passwords of other accounts without the directory', async () => {
    const user = await addUser(grantor);
    ldap.hang(true);
    const sent = await during(async () => expect((await signIn(user.username, PASSWORD)).status).toBe(200));
    expect(sent).toEqual([]);
  });
});

describe('a directory', () => {
  it('makes no administrators by a group of the same name elsewhere, where the operator names the DN', async () => {
    const theirs = {
      ...group('grantor-admins', 'hopper'),
      dn: 'cn=grantor-admins,ou=Mine,ou=groups,dc=example,dc=com',
    };
    const ldap = await startLdapServer([...entries, theirs], { serviceDn: SERVICE });
    const grantor = await startServer({
      settings: {
        ...settingsFor(ldap.url),
        ldapAdminGroup: 'CN=Grantor-Admins, OU=groups, DC=example, DC=com',
      },
    });
    for (const [login, isAdmin] of [
      ['hopper', false],
      ['curie', true],
    ] as const) {
      expect((await signInTo(grantor, login, `password of ${login}`)).status).toBe(200);
      expect((await grantor.server.store.accounts.findByLogin(login))?.isAdmin).toBe(isAdmin);
    }
    await grantor.stop();
    await ldap.stop();
  });

  it('that does not respond gets 503 with Retry-After, and delays its own users only', async () => {
    const ldap = await startLdapServer(entries, { serviceDn: SERVICE });
    const grantor = await startServer({ settings: { ...settingsFor(ldap.url), signInsPerAddress: 1000 } });
    ldap.hang(true);
    const waiting = Array.from({ length: 10 }, () => signInTo(grantor, 'hopper', 'password of hopper'));
    const local = await signInTo(grantor, grantor.user.username, grantor.user.password);
    expect(local.status).toBe(200);
    await ldap.stop();
    for (const { status, headers } of await Promise.all(waiting)) {
      expect([status, headers.get('retry-after')]).toEqual([503, '10']);
    }
    expect(sizeOf(grantor, 'sign-ins at the directory')).toBe(0);
    await grantor.stop();
  });

  it.each([
    ['an untrusted certificate', undefined],
    ['a certificate for another name', selfSigned.cert],
  ])('with %s gets no password (RFC 4513 §3.1.3)', async (_, ca) => {
    const tls = ca === undefined ? localSelfSigned : selfSigned;
    const ldap = await startLdapServer(entries, { serviceDn: SERVICE, tls });
    const file = join(await temporaryFolder(), 'ca.pem');
    await writeFile(file, ca ?? '');
    const settings = {
      ...settingsFor(ldap.url),
      ldapStartTls: 'on',
      ...(ca === undefined ? {} : { ldapCaFile: file }),
    } as const;
    const grantor = await startServer({ settings });
    expect((await signInTo(grantor, 'hopper', 'password of hopper')).status).toBe(503);
    expect(ldap.received).toEqual(['startTls']);
    await grantor.stop();
    await ldap.stop();
  });

  it('is asked over StartTLS, which comes before any password', async () => {
    const ldap = await startLdapServer(entries, { serviceDn: SERVICE, tls: localSelfSigned });
    const file = join(await temporaryFolder(), 'ca.pem');
    await writeFile(file, localSelfSigned.cert);
    const grantor = await startServer({
      settings: { ...settingsFor(ldap.url), ldapStartTls: 'on', ldapCaFile: file },
    });
    expect((await signInTo(grantor, 'hopper', 'password of hopper')).status).toBe(200);
    expect(ldap.received[0]).toBe('startTls');
    await grantor.stop();
    await ldap.stop();
  });
});
