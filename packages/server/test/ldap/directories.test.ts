import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { type LdapEntry, startLdapServer } from '../../../../test/kit/ldap-server.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { hasSlapd, startSlapd } from '../../../../test/kit/slapd.js';
import { localSelfSigned } from '../outbound/certificates.js';

const ROOT = 'dc=example,dc=com';
const SERVICE = `cn=grantor,${ROOT}`;
const servicePassword = 'service-of-this-test';

const unit = (ou: string): LdapEntry => ({
  dn: `ou=${ou},${ROOT}`,
  attributes: { objectClass: ['organizationalUnit'], ou: [ou] },
});

const person = (uid: string, cn: string, id: number): LdapEntry => ({
  dn: `uid=${uid},ou=people,${ROOT}`,
  password: `password of ${uid}`,
  attributes: {
    objectClass: ['person', 'inetOrgPerson'],
    entryUUID: [`00000000-0000-4000-8000-00000000000${id}`],
    uid: [uid],
    cn: [cn],
    sn: [uid],
    mail: [`${uid}@corp.example`],
  },
});

const entries: readonly LdapEntry[] = [
  {
    dn: ROOT,
    attributes: { objectClass: ['dcObject', 'organization'], dc: ['example'], o: ['Example'] },
  },
  unit('people'),
  unit('groups'),
  person('hopper', 'Grace Hopper', 1),
  person('paren(the)sis', 'Parenthesis', 2),
  {
    dn: `cn=engineers,ou=groups,${ROOT}`,
    attributes: {
      objectClass: ['groupOfNames'],
      cn: ['engineers'],
      member: [`uid=hopper,ou=people,${ROOT}`],
    },
  },
];

/** The double is for machines without Debian's package `slapd`: the title of each test says which server it ran with. */
const directory = hasSlapd
  ? {
      name: 'OpenLDAP (slapd)',
      start: () => startSlapd(entries, { serviceDn: SERVICE, servicePassword, tls: localSelfSigned }),
    }
  : {
      name: 'the LDAP server of the tests, since slapd is not installed',
      start: () => {
        const service = { dn: SERVICE, password: servicePassword, attributes: {} };
        return startLdapServer([...entries, service], { serviceDn: SERVICE, tls: localSelfSigned });
      },
    };

describe(`with ${directory.name}, over StartTLS`, () => {
  let grantor: TestServer;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'grantor-test-'));
    await writeFile(join(folder, 'ca.pem'), localSelfSigned.cert);
    const ldap = await directory.start();
    grantor = await startServer({
      settings: {
        ldapUrl: ldap.url,
        ldapCaFile: join(folder, 'ca.pem'),
        ldapBindDn: SERVICE,
        ldapBindPassword: servicePassword,
        ldapBaseDn: `ou=people,${ROOT}`,
        ldapGroupBaseDn: `ou=groups,${ROOT}`,
        ldapAdminGroup: 'engineers',
        signInsPerAddress: 1000,
      },
    });
    stop = async () => {
      await grantor.stop();
      await ldap.stop();
      await rm(folder, { recursive: true, force: true });
    };
  });
  afterAll(() => stop());

  const signIn = async (username: string, password = `password of ${username}`) => {
    const browser = new HttpBrowser();
    const page = await browser.open(`${grantor.issuer}/signin`);
    return (await browser.signIn(page, { username, password })).status;
  };

  it('a user of the directory signs in, with claims, groups and role', async () => {
    expect(await signIn('hopper')).toBe(200);
    expect(await signIn('Hopper@Corp.example', 'password of hopper')).toBe(200);
    const { accounts, groups } = grantor.server.store;
    const account = await accounts.findByLogin('hopper');
    expect(account).toMatchObject({
      email: 'hopper@corp.example',
      emailVerified: true,
      name: 'Grace Hopper',
      passwordHash: null,
      isAdmin: true,
    });
    expect(await groups.groupsOf(account?.id ?? '')).toMatchObject([{ name: 'engineers' }]);
  });

  it('a login is searched literally (RFC 4515 §3)', async () => {
    expect(await signIn('paren(the)sis')).toBe(200);
    expect(await signIn('hop*', 'password of hopper')).toBe(400);
    expect(await signIn('hopper)(uid=*', 'password of hopper')).toBe(400);
  });

  it('a wrong, an empty and a missing password are refused (RFC 4513 §5.1.2)', async () => {
    expect(await signIn('hopper', 'wrong')).toBe(400);
    expect(await signIn('hopper', '')).toBe(400);
    expect(await signIn('unknown', 'wrong')).toBe(400);
  });
});
