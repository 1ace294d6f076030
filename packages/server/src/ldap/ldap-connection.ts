import { connect as connectPlainly, isIP } from 'node:net';
import { Client, type Entry } from 'ldapts';
import type { LdapSettings } from './ldap-settings.js';

/** How long a connection and each operation may take, in milliseconds. */
const PATIENCE = 5000;

/** What a search needs. */
export interface LdapSearch {
  readonly base: string;
  readonly filter: string;
  readonly attributes: readonly string[];
  /** The attribute whose value is read as bytes. */
  readonly binary?: string;
  /** The most entries. */
  readonly limit: number;
}

/** A connection to a directory. */
export interface LdapConnection {
  /** Entries of this directory. References to others are not followed. */
  search(search: LdapSearch): Promise<readonly Entry[]>;
  bind(dn: string, password: string): Promise<void>;
}

/** Opens a connection, works with it, and closes it. */
export async function withConnection<T>(
  settings: LdapSettings,
  work: (connection: LdapConnection) => Promise<T>,
): Promise<T> {
  const { url, startTls, ca } = settings;
  const { hostname } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const tlsOptions = {
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    // RFC 6066 §3: no address as a server name.
    ...(isIP(host) === 0 ? { servername: host } : { host }),
  } as const;
  const client = new Client({
    url,
    timeout: PATIENCE,
    connectTimeout: PATIENCE,
    // With these, the library would use TLS from the start for any URL.
    ...(url.startsWith('ldaps:') ? { tlsOptions } : {}),
    strictDN: false,
    // The library connects again by itself, without StartTLS. A password must not be sent on such a connection.
    createConnection: once(connectPlainly),
  });
  try {
    if (startTls) await client.startTLS(tlsOptions);
    return await work({
      async search({ base, filter, attributes, binary, limit }) {
        const { searchEntries } = await client.search(base, {
          scope: 'sub',
          filter,
          attributes: [...attributes],
          explicitBufferAttributes: binary === undefined ? [] : [binary],
          sizeLimit: limit,
          timeLimit: PATIENCE / 1000,
          derefAliases: 'never',
        });
        return searchEntries;
      },
      bind: (dn, password) => client.bind(dn, password),
    });
  } finally {
    await client.unbind().catch(() => {});
  }
}

function once(connect: typeof connectPlainly): typeof connectPlainly {
  let isUsed = false;
  return ((...args: Parameters<typeof connectPlainly>) => {
    if (isUsed) throw new Error('The connection to the directory was lost');
    isUsed = true;
    return connect(...args);
  }) as typeof connectPlainly;
}
