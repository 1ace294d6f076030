import { OutboundError } from './outbound.js';

/** How many calls may be under way, and how many may wait for one of them to end. */
export interface SlotLimits {
  readonly all: number;
  readonly perHost: number;
  readonly perClient: number;
  readonly waiting: number;
}

/** Who a slot is for; undefined is a client of its own. */
export interface SlotUser {
  readonly host: string;
  readonly clientId: string | undefined;
}

/** Limits what is under way at a time. Both tables it keeps are bounded by its limits. */
export interface Slots {
  /**
   * Waits for a slot, in the order of those who may have one: a host or client that has all of its slots in use
   * does not hold up the others.
   *
   * @returns how to give the slot back
   * @throws OutboundError where too many wait already
   * @throws the reason of the signal, once it is aborted
   */
  take(user: SlotUser, signal: AbortSignal): Promise<() => void>;
}

interface Waiting {
  readonly user: SlotUser;
  readonly start: () => void;
}

export function createSlots({ all, perHost, perClient, waiting: mostWaiting }: SlotLimits): Slots {
  const running = new Set<SlotUser>();
  const waiting = new Set<Waiting>();

  function isFree({ host, clientId }: SlotUser): boolean {
    if (running.size >= all) return false;
    const users = [...running];
    return (
      users.filter((user) => user.host === host).length < perHost &&
      users.filter((user) => user.clientId === clientId).length < perClient
    );
  }

  function enter(user: SlotUser): () => void {
    // An object of its own: one caller may have several slots.
    const held = { ...user };
    running.add(held);
    return () => {
      if (!running.delete(held)) return;
      for (const next of waiting) if (isFree(next.user)) next.start();
    };
  }

  return {
    async take(user, signal) {
      signal.throwIfAborted();
      if (isFree(user)) return enter(user);
      const sameClient = [...waiting].filter(({ user: { clientId } }) => clientId === user.clientId);
      // A client that waits with more calls than it may have under way takes the places of others.
      if (waiting.size >= mostWaiting || sameClient.length >= perClient) {
        throw new OutboundError('too many calls are under way');
      }
      return new Promise((resolve, reject) => {
        const leave = () => {
          waiting.delete(entry);
          signal.removeEventListener('abort', give);
        };
        const give = () => {
          leave();
          reject(signal.reason as Error);
        };
        const entry: Waiting = {
          user,
          start: () => {
            leave();
            resolve(enter(user));
          },
        };
        waiting.add(entry);
        signal.addEventListener('abort', give);
      });
    },
  };
}
