import type { Clock } from '../crypto/clock.js';
import type { IssuanceDependencies } from '../issuance/dependencies.js';
import { issueLogoutToken } from '../issuance/logout-token.js';
import { type Outbound, OutboundError } from '../outbound/outbound.js';
import type {
  AccountStore,
  ClientStore,
  LogoutDelivery,
  LogoutDeliveryStore,
} from '../storage/ports/index.js';
import type { Repeat } from '../timers/timers.js';
import { createDeliveryQueues } from './delivery-queues.js';

/** The waits after the first, second, … failed attempt: five attempts within an hour. */
const RETRY_AFTER_SECONDS = [30, 120, 600, 2400] as const;

/**
 * How long a process may hold a delivery: longer than three other deliveries and one attempt can take. After it,
 * another process takes over.
 */
const LEASE_SECONDS = 60;

/** The most concurrent deliveries of one process. */
const MOST_AT_ONCE = 16;

/** The most of them for one client, so that a slow client does not delay others. */
const MOST_PER_CLIENT = 4;

/** How often to look for deliveries that are due or were left by a stopped process. */
const INTERVAL_SECONDS = 15;

export interface BackChannelDependencies {
  readonly deliveries: LogoutDeliveryStore;
  readonly clients: ClientStore;
  readonly accounts: AccountStore;
  readonly issuance: Pick<IssuanceDependencies, 'issuer' | 'keyring' | 'clock' | 'random' | 'subjectOf'>;
  readonly outbound: Outbound;
  readonly clock: Clock;
  readonly repeat: Repeat;
  /** A client that could not be notified, for the log. */
  readonly onGivenUp: (delivery: LogoutDelivery, reason: string) => void;
  /** Called with failures of this server. */
  readonly onFailure: (error: unknown) => void;
}

/** Notifies clients through their back channel that a session has ended (Back-Channel Logout 1.0 §2.5). */
export interface BackChannel {
  /** Starts the deliveries that are due, and does not wait for them. */
  wake(): void;
  /** Resolves when no delivery is running. */
  idle(): Promise<void>;
  /** Claims no more deliveries and finishes the running ones. The rest stays in the outbox. */
  stop(): Promise<void>;
}

/**
 * Delivers from the outbox: at its start, when it is woken, and every few seconds. Several processes may do so; each
 * delivery is claimed by one of them at a time.
 */
export function startBackChannel(dependencies: BackChannelDependencies): BackChannel {
  const { deliveries, clock, repeat, onFailure } = dependencies;
  const underWay = new Set<Promise<void>>();
  const queues = createDeliveryQueues(MOST_PER_CLIENT);
  let claiming = false;
  let wanted = false;
  let stopped = false;

  async function claim(): Promise<void> {
    const free = MOST_AT_ONCE - underWay.size;
    const now = clock();
    const claimed =
      free > 0 ? await deliveries.claim(now, now + LEASE_SECONDS, free, queues.busyClientIds()) : [];
    for (const delivery of claimed) if (queues.enter(delivery)) start(delivery);
  }

  function start(delivery: LogoutDelivery): void {
    track(deliver(dependencies, delivery), () => {
      const next = queues.leave(delivery);
      if (next !== undefined && !stopped) start(next);
      else wake();
    });
  }

  function track(work: Promise<void>, afterwards: () => void): void {
    const tracked = work.catch(onFailure).finally(() => {
      underWay.delete(tracked);
      afterwards();
    });
    underWay.add(tracked);
  }

  function wake(): void {
    wanted = true;
    if (claiming || stopped) return;
    claiming = true;
    wanted = false;
    track(claim(), () => {
      claiming = false;
      if (wanted) wake();
    });
  }

  const idle = async () => {
    while (underWay.size > 0) await Promise.all(underWay);
  };

  const stopTimer = repeat(INTERVAL_SECONDS, async () => wake(), onFailure);
  wake();
  return {
    wake,
    idle,
    async stop() {
      stopped = true;
      await stopTimer();
      await idle();
    },
  };
}

async function deliver(dependencies: BackChannelDependencies, delivery: LogoutDelivery): Promise<void> {
  const { deliveries, clock, onGivenUp } = dependencies;
  const startedAt = clock();
  const outcome = await attempt(dependencies, delivery);
  if (outcome.kind === 'done') return deliveries.finish(delivery, clock());
  const wait = outcome.kind === 'failed' ? RETRY_AFTER_SECONDS[delivery.attempts - 1] : undefined;
  if (wait !== undefined) return deliveries.putOff(delivery, startedAt + wait);
  await deliveries.finish(delivery, clock());
  onGivenUp(delivery, outcome.reason);
}

type Attempt =
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

async function attempt(
  { clients, accounts, issuance, outbound }: BackChannelDependencies,
  { clientId, accountId, sessionId }: LogoutDelivery,
): Promise<Attempt> {
  const client = await clients.find(clientId);
  const account = await accounts.find(accountId);
  const uri = client?.metadata.backchannel_logout_uri;
  // The registration may have changed since the session ended. Then there is no notification.
  if (client?.enabled !== true || uri === undefined || account === undefined) return { kind: 'done' };
  const token = await issueLogoutToken(issuance, client, account, sessionId);
  const body = new URLSearchParams({ logout_token: token }).toString();
  try {
    const { status } = await outbound.post(uri, body, 'application/x-www-form-urlencoded', {
      purpose: 'logout',
      clientId,
    });
    // Back-Channel Logout 1.0 §2.8: 200, and 204 for frameworks that send it for an empty response.
    if (status >= 200 && status < 300) return { kind: 'done' };
    const reason = `the client responded with ${status}`;
    // §2.8: with 400 the client refuses the token. It would refuse the next one too.
    return { kind: status === 400 ? 'refused' : 'failed', reason };
  } catch (error) {
    if (error instanceof OutboundError) return { kind: 'failed', reason: error.message };
    throw error;
  }
}
