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

/** An open connection, which several sign-ins use one after the other. */
export interface OpenLdapConnection extends LdapConnection {
  /** Whether the directory has not closed it. */
  isOpen(): boolean;
  close(): Promise<void>;
}

/** Opens a connection, with TLS unless the settings say otherwise. Each operation takes a limited time. */
export async function openConnection(settings: LdapSettings): Promise<OpenLdapConnection> {
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
  const close = () => client.unbind().catch(() => {});
  try {
    if (startTls) await client.startTLS(tlsOptions);
  } catch (error) {
    await close();
    throw error;
  }
  return {
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
    isOpen: () => client.isConnected,
    close,
  };
}

function once(connect: typeof connectPlainly): typeof connectPlainly {
  let isUsed = false;
  return ((...args: Parameters<typeof connectPlainly>) => {
    if (isUsed) throw new Error('The connection to the directory was lost');
    isUsed = true;
    const socket = connect(...args);
    // An idle connection does not keep the process running.
    socket.unref();
    return socket;
  }) as typeof connectPlainly;
}
