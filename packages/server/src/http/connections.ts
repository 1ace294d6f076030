import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { networksOf } from '../throttling/network-of.js';
import type { ConnectionLimits } from './connection-limits.js';

/** The connections of all addresses that a server listens on. */
export interface Connections {
  /** Counts the connections of a server, and closes those that are too many as they arrive. */
  watch(server: Server): void;
}

/** The tables have a row for each open connection at most, and so the bound of the connections. */
export function createConnections({
  connections,
  connectionsPerAddress = Number.POSITIVE_INFINITY,
}: Pick<ConnectionLimits, 'connections' | 'connectionsPerAddress'>): Connections {
  const perNetwork = new Map<string, number>();
  let open = 0;
  return {
    watch(server) {
      server.on('connection', (socket: Socket) => {
        const network = networksOf(socket.remoteAddress ?? '').narrow;
        const count = perNetwork.get(network) ?? 0;
        if (open >= connections || count >= connectionsPerAddress) {
          socket.destroy();
          return;
        }
        open += 1;
        perNetwork.set(network, count + 1);
        socket.once('close', () => {
          open -= 1;
          const left = (perNetwork.get(network) ?? 1) - 1;
          if (left === 0) perNetwork.delete(network);
          else perNetwork.set(network, left);
        });
      });
    },
  };
}
