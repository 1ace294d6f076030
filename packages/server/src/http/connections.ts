import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { WIDE_FACTOR } from '../throttling/address-limit.js';
import { networksOf } from '../throttling/network-of.js';
import type { ConnectionLimits } from './connection-limits.js';

/** The connections of all addresses that a server listens on. */
export interface Connections {
  /** Counts the connections of a server, and closes new ones above the limits. */
  watch(server: Server): void;
  /** How many networks have an open connection. */
  readonly networks: number;
}

/** The table has two rows for each open connection at most: it is bounded by the bound of the connections. */
export function createConnections({
  connections,
  connectionsPerAddress = Number.POSITIVE_INFINITY,
}: Pick<ConnectionLimits, 'connections' | 'connectionsPerAddress'>): Connections {
  const perNetwork = new Map<string, number>();
  let open = 0;
  const countOf = (network: string) => perNetwork.get(network) ?? 0;
  function leave(network: string): void {
    const left = countOf(network) - 1;
    if (left <= 0) perNetwork.delete(network);
    else perNetwork.set(network, left);
  }
  return {
    get networks() {
      return perNetwork.size;
    },
    watch(server) {
      server.on('connection', (socket: Socket) => {
        const { narrow, wide } = networksOf(socket.remoteAddress ?? '');
        const networks = wide === undefined ? [narrow] : [narrow, wide];
        const isOver = networks.some(
          (network) => countOf(network) >= connectionsPerAddress * (network === wide ? WIDE_FACTOR : 1),
        );
        if (open >= connections || isOver) {
          socket.destroy();
          return;
        }
        open += 1;
        for (const network of networks) perNetwork.set(network, countOf(network) + 1);
        socket.once('close', () => {
          open -= 1;
          for (const network of networks) leave(network);
        });
      });
    },
  };
}
