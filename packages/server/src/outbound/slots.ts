import { OutboundError } from './outbound.js';

/** How many calls can be in progress, and how many can wait. */
export interface SlotLimits {
  readonly all: number;
  readonly perHost: number;
  readonly perClient: number;
  readonly waiting: number;
  /** How many of `all` and of `waiting` are reserved for users whose last call got a response. Default: none. */
  readonly reserve?: { readonly running: number; readonly waiting: number };
}

/** Who a slot is for. Undefined is a client of its own. */
export interface SlotUser {
  readonly host: string;
  readonly clientId: string | undefined;
  /** Whether its last call got a response. Default: false. */
  readonly hasResponded?: boolean;
}

/** Limits calls in progress. Its two tables are bounded by these limits. */
export interface Slots {
  /**
   * Waits for a slot. A host or client that uses all of its slots does not block the others.
   *
   * @returns a function that frees the slot
   * @throws OutboundError if too many calls wait
   * @throws the reason of the signal when it is aborted
   */
  take(user: SlotUser, signal: AbortSignal): Promise<() => void>;
}

interface Waiting {
  readonly user: SlotUser;
  readonly start: () => void;
}

export function createSlots(limits: SlotLimits): Slots {
  const { all, perHost, perClient, waiting: mostWaiting, reserve = { running: 0, waiting: 0 } } = limits;
  const running = new Set<SlotUser>();
  const waiting = new Set<Waiting>();

  function isFree(user: SlotUser): boolean {
    const { host, clientId } = user;
    const users = [...running];
    return (
      hasRoom(users, user, all, reserve.running) &&
      users.filter((other) => other.host === host).length < perHost &&
      users.filter((other) => other.clientId === clientId).length < perClient
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
      const users = [...waiting].map((other) => other.user);
      const sameClient = users.filter(({ clientId }) => clientId === user.clientId);
      // A client must not fill the queue with more calls than it can have in progress.
      if (!hasRoom(users, user, mostWaiting, reserve.waiting) || sameClient.length >= perClient) {
        throw new OutboundError('too many calls are in progress');
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

/** Users without a response share the slots that are not reserved. */
function hasRoom(users: readonly SlotUser[], user: SlotUser, most: number, reserved: number): boolean {
  if (users.length >= most) return false;
  if (user.hasResponded === true) return true;
  return users.filter(({ hasResponded }) => hasResponded !== true).length < most - reserved;
}
