import type { LogoutDelivery } from '../storage/ports/index.js';

/** Deliveries that wait because others to the same client are under way. */
export interface DeliveryQueues {
  /** @returns whether the delivery may begin; otherwise it waits for another of its client to end */
  enter(delivery: LogoutDelivery): boolean;
  /** @returns the next delivery of the client, which begins in the place of this one */
  leave(delivery: LogoutDelivery): LogoutDelivery | undefined;
  /** Clients of which no more deliveries are to be claimed: that bounds what waits here. */
  busyClientIds(): readonly string[];
}

interface Queue {
  readonly running: number;
  readonly waiting: readonly LogoutDelivery[];
}

const EMPTY: Queue = { running: 0, waiting: [] };

/** @param mostPerClient how many deliveries to one client may be under way */
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
