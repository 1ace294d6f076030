import { loadConfig } from '@grantor/server';
import { describe, expect, it } from 'vitest';

const environment = {
  GRANTOR_ISSUER: 'https://login.example.com',
  GRANTOR_DATABASE_URL: 'sqlite:./grantor.db',
  GRANTOR_SECRET: 'kX2v9q4rT7yW1zB3nM6pL8sD5fG0hJcQ',
  GRANTOR_LDAP_URL: 'ldaps://dc.corp.example',
  GRANTOR_LDAP_BIND_DN: 'cn=grantor',
  GRANTOR_LDAP_BIND_PASSWORD: 'service-password',
  GRANTOR_LDAP_BASE_DN: 'dc=corp',
};

describe('the settings of a directory', () => {
  it('have defaults for OpenLDAP, which pairs of attributes change', () => {
    expect(loadConfig(environment).ldapAttributes).toMatchObject({ subject: 'entryUUID', email: 'mail' });
    const pairs = { GRANTOR_LDAP_ATTRIBUTES: 'subject=objectGUID, preferred_username=sAMAccountName' };
    expect(loadConfig({ ...environment, ...pairs }).ldapAttributes).toMatchObject({
      subject: 'objectGUID',
      preferred_username: 'sAMAccountName',
      email: 'mail',
    });
  });

  it.each([
    [
      { GRANTOR_LDAP_URL: 'ldap://dc.corp.example', GRANTOR_LDAP_START_TLS: 'off' },
      'GRANTOR_LDAP_START_TLS must be on',
    ],
    [{ GRANTOR_LDAP_URL: 'https://dc.corp.example' }, 'GRANTOR_LDAP_URL must be ldaps://host or ldap://host'],
    [{ GRANTOR_LDAP_URL: 'ldaps://user:secret@dc.corp.example' }, 'GRANTOR_LDAP_URL must be'],
    [{ GRANTOR_LDAP_BASE_DN: undefined }, 'GRANTOR_LDAP_BASE_DN is not set'],
    [{ GRANTOR_LDAP_BIND_PASSWORD: undefined }, 'GRANTOR_LDAP_BIND_PASSWORD is not set'],
    [
      { GRANTOR_LDAP_USER_FILTER: '(uid=*)' },
      'GRANTOR_LDAP_USER_FILTER must be a filter in brackets with {login}',
    ],
    [{ GRANTOR_LDAP_USER_FILTER: '(uid={login}' }, 'GRANTOR_LDAP_USER_FILTER must be a filter'],
    [
      { GRANTOR_LDAP_ATTRIBUTES: 'roles=memberOf' },
      'GRANTOR_LDAP_ATTRIBUTES must be pairs such as email=mail',
    ],
    [{ GRANTOR_LDAP_ATTRIBUTES: 'email' }, 'GRANTOR_LDAP_ATTRIBUTES must be pairs such as email=mail'],
    [{ GRANTOR_LDAP_ADMIN_GROUP: 'admins' }, 'GRANTOR_LDAP_GROUP_BASE_DN is not set'],
  ])('refuse %j', (changes, problem) => {
    const changed = Object.fromEntries(
      Object.entries({ ...environment, ...changes }).filter(([, value]) => value !== undefined),
    );
    expect(() => loadConfig(changed)).toThrow(problem);
    expect(() => loadConfig(changed)).not.toThrow('service-password');
  });
});
