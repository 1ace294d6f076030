import type { Clock } from '../crypto/clock.js';
import { runWhileIdle } from '../timers/timers.js';
import { type LdapConnection, type OpenLdapConnection, openConnection } from './ldap-connection.js';
import type { LdapSettings } from './ldap-settings.js';

/** How long a connection waits for the next sign-in, in milliseconds. */
const IDLE_MILLISECONDS = 10_000;

/** How long a connection is used, in seconds, so that changes in the directory and its certificate take effect. */
const MAX_AGE_SECONDS = 300;

/** The connections to a directory. */
export interface LdapConnections {
  /**
   * Works with a connection on which the service account has authenticated. Without a failure, the connection stays open
   * for the next work for some seconds.
   *
   * The user of the previous work is no longer the one who is authenticated, whatever the outcome of a bind (RFC 4511
   * §4.2.1).
   */
  use<T>(work: (connection: LdapConnection) => Promise<T>): Promise<T>;
}

interface Idle {
  readonly connection: OpenLdapConnection;
  readonly openedAt: number;
  /** Stops the timer that closes it. */
  readonly stopTimer: () => void;
}

/** @param most the most idle connections. The caller limits those in use */
export function createLdapConnections(
  settings: LdapSettings,
  { clock, most }: { readonly clock: Clock; readonly most: number },
): LdapConnections {
  const idle = new Set<Idle>();
  const { bindDn, bindPassword } = settings;

  /** A connection of an earlier work, if one is usable. */
  async function reuse(): Promise<Pick<Idle, 'connection' | 'openedAt'> | undefined> {
    for (const one of idle) {
      idle.delete(one);
      one.stopTimer();
      const { connection, openedAt } = one;
      if (connection.isOpen() && clock() - openedAt < MAX_AGE_SECONDS) {
        try {
          await connection.bind(bindDn, bindPassword);
          return one;
        } catch {
          // The directory may have closed it meanwhile. A new connection shows whether it responds.
        }
      }
      await connection.close();
    }
    return undefined;
  }

  async function open(): Promise<Pick<Idle, 'connection' | 'openedAt'>> {
    const connection = await openConnection(settings);
    try {
      await connection.bind(bindDn, bindPassword);
      return { connection, openedAt: clock() };
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async function keep({ connection, openedAt }: Pick<Idle, 'connection' | 'openedAt'>): Promise<void> {
    if (idle.size >= most) return connection.close();
    const one: Idle = {
      connection,
      openedAt,
      stopTimer: runWhileIdle(IDLE_MILLISECONDS, () => {
        idle.delete(one);
        void connection.close();
      }),
    };
    idle.add(one);
  }

  return {
    async use(work) {
      const used = (await reuse()) ?? (await open());
      let done = false;
      try {
        const result = await work(used.connection);
        done = true;
        return result;
      } finally {
        await (done ? keep(used) : used.connection.close());
      }
    },
  };
}
