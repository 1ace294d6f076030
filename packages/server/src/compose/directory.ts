import { readFileSync } from 'node:fs';
import { type BypassesDirectory, createBypassesDirectory } from '../accounts/directory-bound.js';
import { createDirectorySignIn, type SignInWithDirectory } from '../accounts/directory-sign-in.js';
import type { SignInExternally } from '../accounts/external-identity.js';
import type { Config } from '../config/config.js';
import type { LdapSettings } from '../ldap/ldap-settings.js';
import { createFairQueue } from '../throttling/fair-queue.js';
import type { ServerDependencies } from './dependencies.js';

/** The most connections to the directory, and the most sign-ins that wait for one. */
const CONNECTIONS = 8;
const MOST_WAITING = 256;

/**
 * The sign-in with the configured directory; undefined without one.
 *
 * @throws Error if the file with certificates cannot be read
 */
export async function directorySignIn(
  { config, store, log, clock, random, memory }: ServerDependencies,
  signInExternally: SignInExternally,
): Promise<SignInWithDirectory | undefined> {
  const settings = ldapSettingsOf(config);
  if (settings === undefined) return undefined;
  // Its library is loaded only by a server with a directory.
  const { createLdapDirectory } = await import('../ldap/ldap-directory.js');
  const { createLdapConnections } = await import('../ldap/ldap-connections.js');
  const queue = createFairQueue(memory, {
    name: 'sign-ins at the directory',
    concurrency: CONNECTIONS,
    maxWaiting: MOST_WAITING,
  });
  const directory = createLdapDirectory({
    settings,
    connections: createLdapConnections(settings, { clock, most: CONNECTIONS }),
    queue,
    random,
    onFailure: (error) => log.error('the directory could not be asked', { err: error }),
  });
  return createDirectorySignIn({ directory, signInExternally, groups: store.groups, clock, random });
}

/** The check of sign-ins without the directory; undefined where they are allowed. */
export function bypassesDirectoryOf({
  config: { ldapUrl, ldapOtherSignIns },
  store,
}: ServerDependencies): BypassesDirectory | undefined {
  if (ldapUrl === undefined || ldapOtherSignIns === 'on') return undefined;
  return createBypassesDirectory(store.externalIdentities);
}

function ldapSettingsOf(config: Config): LdapSettings | undefined {
  const { ldapUrl: url, ldapBindDn: bindDn, ldapBindPassword: bindPassword, ldapBaseDn: baseDn } = config;
  if (url === undefined || bindDn === undefined || bindPassword === undefined || baseDn === undefined) {
    return undefined;
  }
  const { subject, group, ...claims } = config.ldapAttributes;
  const { ldapGroupBaseDn: groupBase, ldapCaFile: caFile } = config;
  return {
    url,
    startTls: config.ldapStartTls === 'on' && new URL(url).protocol === 'ldap:',
    ca: caFile === undefined ? undefined : readFileSync(caFile, 'utf8'),
    bindDn,
    bindPassword,
    baseDn,
    userFilter: config.ldapUserFilter,
    attributes: { subject, group, claims },
    groups:
      groupBase === undefined
        ? undefined
        : { baseDn: groupBase, filter: config.ldapGroupFilter, administrators: config.ldapAdminGroup },
  };
}
