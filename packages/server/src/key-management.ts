import { createEvents, type DescribeEvent, operator } from './audit/events.js';
import { CLIENT_SECRETS } from './clients/secret.js';
import type { Config } from './config/config.js';
import { type Clock, systemClock } from './crypto/clock.js';
import { type Random, systemRandom } from './crypto/random.js';
import { createReseal, createSealer, type Reseal } from './crypto/seal.js';
import { SIGNING_KEYS } from './keys/keyring.js';
import { allOf, type Rotation, type RotationDependencies, replaceAll, rotateAll } from './keys/rotation.js';
import type { ScheduledKey } from './keys/schedule.js';
import { type Reencryption, reencrypt } from './operations/reencrypt.js';
import { openStore } from './storage/open-store.js';
import type { Store } from './storage/ports/index.js';

/** What the server and the command `grantor signing-keys` need to look after the signing keys in the same way. */
export function rotationOf(
  config: Config,
  store: Store,
  clock: Clock,
  random: Random,
  describe: DescribeEvent = createEvents(clock, random),
): RotationDependencies {
  const { secret, secretPrevious, accessTokenSeconds, idTokenSeconds, sessionSeconds } = config;
  const { personalAccessTokenSeconds } = config;
  return {
    store: store.keys,
    algorithms: config.signingAlgorithms,
    sealer: createSealer(secret, SIGNING_KEYS, random, secretPrevious),
    clock,
    describe,
    rotationSeconds: config.keyRotationSeconds,
    // An ID token serves as a hint at logout for as long as its session may last.
    tokenSeconds: Math.max(accessTokenSeconds, personalAccessTokenSeconds, idTokenSeconds, sessionSeconds),
  };
}

/** How what is readable at rest is sealed anew when the secret changes. */
export function resealing(
  { secret, secretPrevious }: Pick<Config, 'secret' | 'secretPrevious'>,
  random: Random,
): { readonly keys: Reseal; readonly clientSecrets: Reseal } {
  return {
    keys: createReseal(secret, secretPrevious, SIGNING_KEYS, random),
    clientSecrets: createReseal(secret, secretPrevious, CLIENT_SECRETS, random),
  };
}

/** The signing keys of a deployment, whether or not its server runs: what `grantor signing-keys` works on. */
export interface KeyManagement {
  /** All keys with where they stand, algorithm by algorithm, newest first. */
  list(): Promise<readonly ScheduledKey[]>;
  /** Lets the next keys sign as soon as every client can know them. */
  rotate(): Promise<readonly Rotation[]>;
  /** Signs with new keys at once, and trusts none of the others any more. */
  replace(): Promise<readonly Rotation[]>;
  reencrypt(): Promise<Reencryption>;
  close(): Promise<void>;
}

/** @throws Error when the database cannot be opened */
export async function openKeyManagement(
  config: Config,
  { clock = systemClock, random = systemRandom }: { readonly clock?: Clock; readonly random?: Random } = {},
): Promise<KeyManagement> {
  const store = await openStore(config.databaseUrl);
  const describe = createEvents(clock, random);
  const rotation = rotationOf(config, store, clock, random, (details) =>
    describe({ ...details, ...operator }),
  );
  return {
    list: () => allOf(store.keys, clock()),
    rotate: () => rotateAll(rotation),
    replace: () => replaceAll(rotation),
    reencrypt: () => reencrypt(store, resealing(config, random)),
    close: () => store.close(),
  };
}
