import type { CreateEvent } from '../audit/events.js';
import type { Clock } from '../crypto/clock.js';
import type { Sealer } from '../crypto/seal.js';
import { type SigningAlgorithm, signingAlgorithms } from '../protocol/index.js';
import type { AuditEvent, SigningKeyRecord, SigningKeyStore } from '../storage/ports/index.js';
import { generateKey } from './generate-key.js';
import { PUBLISH_AHEAD_SECONDS, readyAt, type ScheduledKey, scheduleOf } from './schedule.js';

export interface RotationDependencies {
  readonly store: SigningKeyStore;
  /** The algorithms of the server. Keys of other algorithms are kept, but not published. */
  readonly algorithms: readonly SigningAlgorithm[];
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** How long a key signs before its successor; 0 for no automatic rotation. */
  readonly rotationSeconds: number;
  /** The longest lifetime of a signed token. */
  readonly tokenSeconds: number;
  /** Creates the audit event of a rotation. */
  readonly createEvent: CreateEvent;
}

/** The result of a rotation for one algorithm. */
export interface Rotation {
  readonly algorithm: SigningAlgorithm;
  /** The key that signs next. */
  readonly kid: string;
  /** When it starts to sign, in seconds since the epoch. */
  readonly signsFrom: number;
  /** Whether the rotation was planned before. */
  readonly outcome: 'settled' | 'underWay';
}

/**
 * Generates the first key of each algorithm that has none. It signs at once, since no client can have cached an earlier
 * key set. Of several processes that start together, the first to write generation 1 succeeds.
 */
export async function makeFirstKeys(dependencies: RotationDependencies): Promise<void> {
  const { store, algorithms, sealer, clock, tokenSeconds } = dependencies;
  const there = new Set((await store.list()).map(({ algorithm }) => algorithm));
  const missing = algorithms.filter((algorithm) => !there.has(algorithm));
  const now = clock();
  await Promise.all(
    missing.map(async (algorithm) => {
      const when = { generation: 1, createdAt: now, signsFrom: now, tokenSeconds };
      await store.add(await generateKey(algorithm, sealer, when));
    }),
  );
}

/** Keeps the keys in use for the lifetime of the tokens that this process signs. */
export async function keepLongEnough({ store, clock, tokenSeconds }: RotationDependencies): Promise<void> {
  for (const { record, state } of await allOf(store, clock())) {
    const inUse = state === 'next' || state === 'signing';
    if (inUse && record.tokenSeconds < tokenSeconds) await store.raiseTokenSeconds(record.kid, tokenSeconds);
  }
}

/**
 * Performs due changes: publishes each algorithm's next key, lets it sign when the current key is old enough, and
 * deletes keys whose tokens have all expired. Several processes may do so at once.
 */
export async function rotateWhatIsDue(dependencies: RotationDependencies): Promise<void> {
  const { store, algorithms, clock, rotationSeconds } = dependencies;
  const now = clock();
  await keepLongEnough(dependencies);
  for (const algorithm of algorithms) {
    const keys = await keysOf(store, algorithm, now);
    await publishNext(dependencies, algorithm, keys);
    const signing = keys.find(({ state }) => state === 'signing')?.record;
    const old = signing?.signsFrom != null && signing.signsFrom + rotationSeconds <= now;
    if (rotationSeconds > 0 && old) await rotate(dependencies, algorithm, keys);
    for (const { record, state } of keys) if (state === 'over') await store.remove(record.kid);
  }
}

/** Plans for each algorithm's next key to sign as soon as every client can know it. */
export async function rotateAll(dependencies: RotationDependencies): Promise<readonly Rotation[]> {
  const { store, clock } = dependencies;
  const seen = await allOf(store, clock());
  return inTurn(dependencies.algorithms, (algorithm) =>
    rotate(
      dependencies,
      algorithm,
      seen.filter(({ record }) => record.algorithm === algorithm),
    ),
  );
}

/**
 * Replaces all keys after a leak. New keys sign at once, and tokens of the old keys become invalid. Clients get the new
 * keys when they next fetch the key set.
 */
export async function replaceAll(dependencies: RotationDependencies): Promise<readonly Rotation[]> {
  // Keys of unused algorithms may have leaked too.
  const stored = new Set((await dependencies.store.list()).map(({ algorithm }) => algorithm));
  const concerned = signingAlgorithms.filter(
    (algorithm) => stored.has(algorithm) || dependencies.algorithms.includes(algorithm),
  );
  return inTurn(concerned, async (algorithm) => {
    const { store, sealer, clock, tokenSeconds } = dependencies;
    for (;;) {
      const now = clock();
      const generation = nextGeneration(await keysOf(store, algorithm, now));
      const when = { generation, createdAt: now, signsFrom: now, tokenSeconds };
      const key = await generateKey(algorithm, sealer, when);
      const event = eventOf(dependencies, 'signing_key.replaced', key, now);
      if ((await store.replaceOlder(key, event)) === 'replaced') {
        await publishNext(dependencies, algorithm, await keysOf(store, algorithm, now));
        return { algorithm, kid: key.kid, signsFrom: now, outcome: 'settled' };
      }
    }
  });
}

/**
 * @param seen the keys at the time of the decision, so that two simultaneous rotations select the same next key
 */
async function rotate(
  dependencies: RotationDependencies,
  algorithm: SigningAlgorithm,
  seen: readonly ScheduledKey[],
): Promise<Rotation> {
  const { store, clock } = dependencies;
  const now = clock();
  const latest = seen.find(({ record }) => record.signsFrom !== null)?.record;
  if (latest !== undefined && isRecent(latest, now)) return underWay(algorithm, latest);
  await publishNext(dependencies, algorithm, seen);
  const generation = (latest?.generation ?? 0) + 1;
  const next = (await keysOf(store, algorithm, now)).find(({ record }) => record.generation === generation);
  if (next === undefined) throw new Error(`the next ${algorithm} key is gone`);
  const { kid } = next.record;
  const signsFrom = Math.max(now, readyAt(next.record));
  const event = eventOf(dependencies, 'signing_key.rotated', next.record, signsFrom);
  const outcome = await store.startSigning(kid, signsFrom, event);
  const after = await keysOf(store, algorithm, now);
  await publishNext(dependencies, algorithm, after);
  if (outcome === 'settled') return { algorithm, kid, signsFrom, outcome };
  return underWay(algorithm, after.find(({ record }) => record.kid === kid)?.record ?? next.record);
}

function eventOf(
  { createEvent }: RotationDependencies,
  type: 'signing_key.rotated' | 'signing_key.replaced',
  { kid, algorithm }: SigningKeyRecord,
  signsFrom: number,
): AuditEvent {
  const after = { algorithm, signs_from: new Date(signsFrom * 1000).toISOString() };
  return createEvent({ type, target: { type: 'signing_key', id: kid }, after });
}

/** Whether a change to this key is planned, or so recent that another request for a rotation means the same one. */
function isRecent({ generation, signsFrom }: SigningKeyRecord, now: number): boolean {
  return generation > 1 && (signsFrom ?? 0) + PUBLISH_AHEAD_SECONDS > now;
}

function underWay(algorithm: SigningAlgorithm, { kid, signsFrom }: SigningKeyRecord): Rotation {
  return { algorithm, kid, signsFrom: signsFrom ?? 0, outcome: 'underWay' };
}

/** Publishes the next key, unless there is one. */
async function publishNext(
  { store, sealer, clock, tokenSeconds }: RotationDependencies,
  algorithm: SigningAlgorithm,
  keys: readonly ScheduledKey[],
): Promise<void> {
  if (keys.some(({ record }) => record.signsFrom === null)) return;
  const when = { generation: nextGeneration(keys), createdAt: clock(), signsFrom: null, tokenSeconds };
  await store.add(await generateKey(algorithm, sealer, when));
}

function nextGeneration(newestFirst: readonly ScheduledKey[]): number {
  return (newestFirst[0]?.record.generation ?? 0) + 1;
}

async function keysOf(store: SigningKeyStore, algorithm: SigningAlgorithm, now: number) {
  const records = await store.list();
  return scheduleOf(
    records.filter((record) => record.algorithm === algorithm),
    now,
  );
}

/** All keys with their state, by algorithm, newest first. */
export async function allOf(store: SigningKeyStore, now: number): Promise<readonly ScheduledKey[]> {
  const records = await store.list();
  return signingAlgorithms.flatMap((algorithm) =>
    scheduleOf(
      records.filter((record) => record.algorithm === algorithm),
      now,
    ),
  );
}

async function inTurn(
  algorithms: readonly SigningAlgorithm[],
  work: (algorithm: SigningAlgorithm) => Promise<Rotation>,
): Promise<readonly Rotation[]> {
  const done: Rotation[] = [];
  for (const algorithm of algorithms) done.push(await work(algorithm));
  return done;
}
