import { type CreateEvent, createEventFactory, operator } from '../audit/events.js';
import type { Config } from '../config/config.js';
import { type Clock, systemClock } from '../crypto/clock.js';
import { createDeploymentKeys, type DeploymentKeys } from '../crypto/deployment-keys.js';
import { type Random, systemRandom } from '../crypto/random.js';
import { createSealer } from '../crypto/seal.js';
import { type Stretch, stretchSecret } from '../crypto/stretch.js';
import { allOf, type Rotation, type RotationDependencies, replaceAll, rotateAll } from '../keys/rotation.js';
import type { ScheduledKey } from '../keys/schedule.js';
import { type Reencryption, type Resealing, reencrypt } from '../operations/reencrypt.js';
import { openStore } from '../storage/open-store.js';
import type { Store } from '../storage/ports/index.js';

/** Key management, shared by the server and the command `grantor signing-keys`. */
export function rotationOf(
  config: Config,
  keys: DeploymentKeys,
  store: Store,
  clock: Clock,
  random: Random,
  createEvent: CreateEvent = createEventFactory(clock, random),
): RotationDependencies {
  const { accessTokenSeconds, idTokenSeconds, sessionSeconds } = config;
  const { personalAccessTokenSeconds } = config;
  return {
    store: store.keys,
    algorithms: config.signingAlgorithms,
    sealer: createSealer(keys, 'signing-keys', random),
    clock,
    createEvent,
    rotationSeconds: config.keyRotationSeconds,
    // An ID token is accepted as a hint at logout for as long as its session can last.
    tokenSeconds: Math.max(accessTokenSeconds, personalAccessTokenSeconds, idTokenSeconds, sessionSeconds),
  };
}

/** How each kind of encrypted value is encrypted with the current keys. */
export function resealing(keys: DeploymentKeys, random: Random): Resealing {
  const resealer = (purpose: Parameters<typeof createSealer>[1]) => {
    const sealer = createSealer(keys, purpose, random);
    return (sealed: string) => sealer.reseal(sealed);
  };
  return {
    keys: resealer('signing-keys'),
    clientSecrets: resealer('client-secrets'),
    totpKeys: resealer('totp-keys'),
  };
}

/** The signing keys of a deployment for `grantor signing-keys`, whether or not the server runs. */
export interface KeyManagement {
  /** All keys with their state, by algorithm, newest first. */
  list(): Promise<readonly ScheduledKey[]>;
  /** Rotates the keys: the next ones sign as soon as every client can know them. */
  rotate(): Promise<readonly Rotation[]>;
  /** Replaces the keys: new ones sign at once, and all others are no longer trusted. */
  replace(): Promise<readonly Rotation[]>;
  reencrypt(): Promise<Reencryption>;
  close(): Promise<void>;
}

/** The parts of the runtime that tests replace, such as a cheap `stretch`. */
export interface KeyManagementDependencies {
  readonly clock?: Clock;
  readonly random?: Random;
  readonly stretch?: Stretch;
}

/** @throws Error when the database cannot be opened */
export async function openKeyManagement(
  config: Config,
  { clock = systemClock, random = systemRandom, stretch = stretchSecret }: KeyManagementDependencies = {},
): Promise<KeyManagement> {
  const keys = await createDeploymentKeys(config, stretch);
  const store = await openStore(config.databaseUrl);
  const createEvent = createEventFactory(clock, random);
  const rotation = rotationOf(config, keys, store, clock, random, (details) =>
    createEvent({ ...details, ...operator }),
  );
  return {
    list: () => allOf(store.keys, clock()),
    rotate: () => rotateAll(rotation),
    replace: () => replaceAll(rotation),
    reencrypt: () => reencrypt(store, resealing(keys, random)),
    close: () => store.close(),
  };
}
