import type { LogoutDelivery } from '../storage/ports/index.js';

/** Deliveries that wait for other deliveries to the same client. */
export interface DeliveryQueues {
  /** @returns whether the delivery may begin; otherwise it waits for another delivery to its client */
  enter(delivery: LogoutDelivery): boolean;
  /** @returns the next delivery to the client, which begins in place of this one */
  leave(delivery: LogoutDelivery): LogoutDelivery | undefined;
  /** Clients for which no more deliveries are claimed, which limits the queue. */
  busyClientIds(): readonly string[];
}

interface Queue {
  readonly running: number;
  readonly waiting: readonly LogoutDelivery[];
}

const EMPTY: Queue = { running: 0, waiting: [] };

/** @param mostPerClient the most concurrent deliveries to one client */
export function createDeliveryQueues(mostPerClient: number): DeliveryQueues {
  const queues = new Map<string, Queue>();
  return {
    enter(delivery) {
      const { running, waiting } = queues.get(delivery.clientId) ?? EMPTY;
      const begins = running < mostPerClient;
      queues.set(
        delivery.clientId,
        begins ? { running: running + 1, waiting } : { running, waiting: [...waiting, delivery] },
      );
      return begins;
    },
    leave({ clientId }) {
      const { running, waiting } = queues.get(clientId) ?? EMPTY;
      const [next, ...others] = waiting;
      if (next !== undefined) queues.set(clientId, { running, waiting: others });
      else if (running > 1) queues.set(clientId, { running: running - 1, waiting });
      else queues.delete(clientId);
      return next;
    },
    busyClientIds: () =>
      [...queues].filter(([, { running }]) => running >= mostPerClient).map(([clientId]) => clientId),
  };
}
