import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { createLocalJWKSet, type JWK, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../crypto/clock.js';
import type { Sealer } from '../crypto/seal.js';
import type { MemoryTables } from '../memory/tables.js';
import { OAuthError, type SigningAlgorithm, signingAlgorithms } from '../protocol/index.js';
import type { SigningKeyRecord } from '../storage/ports/index.js';
import {
  allOf,
  keepLongEnough,
  makeFirstKeys,
  type RotationDependencies,
  rotateWhatIsDue,
} from './rotation.js';
import type { KeyState, ScheduledKey } from './schedule.js';
import { signers } from './signers.js';
import { createSigningQueue } from './signing-queue.js';

/** The deployment's signing keys: it signs, publishes and verifies. */
export interface Keyring {
  /**
   * Signs a JWT with the current key of an algorithm.
   *
   * @param type the `typ` header, which keeps one kind of token from passing for another (RFC 8725 §3.11)
   */
  sign(algorithm: SigningAlgorithm, type: string, claims: object): Promise<string>;
  /**
   * Verifies the signature, type, issuer and expiry of a JWT of this server.
   *
   * @param options with `expired: 'accepted'` an expired token is accepted, as for `id_token_hint`
   * @returns its claims, or undefined if it is not valid
   */
  read(
    token: string,
    type: string,
    issuer: string,
    options?: { readonly expired: 'accepted' },
  ): Promise<JWTPayload | undefined>;
  /** The public keys (RFC 7517 §5): current, next, then previous ones with valid tokens. The same object until they change. */
  readonly jwks: { readonly keys: readonly JWK[] };
  /**
   * Loads changes of this and other processes.
   *
   * @throws Error when a key cannot be decrypted. All other keys are used
   */
  reload(): Promise<void>;
}

/** A signing key, and the time from which it signs. */
interface SigningKey {
  readonly kid: string;
  readonly signsFrom: number;
  readonly privateKey: KeyObject;
}

/** The result of a reload. */
interface LoadedKeys {
  /** By algorithm, newest first. */
  readonly signing: ReadonlyMap<SigningAlgorithm, readonly SigningKey[]>;
  readonly jwks: { readonly keys: readonly JWK[] };
  readonly find: ReturnType<typeof createLocalJWKSet>;
}

/**
 * Loads the keys, and generates the first key of each algorithm if there is none.
 *
 * @throws Error when a stored key cannot be decrypted, which means that the deployment's secret changed
 */
export async function loadKeyring(
  dependencies: RotationDependencies,
  tables: MemoryTables,
): Promise<Keyring> {
  const { clock } = dependencies;
  await makeFirstKeys(dependencies);
  await keepLongEnough(dependencies);
  const opened = new Map<string, KeyObject>();
  const queue = createSigningQueue(tables);
  let { loaded, problem } = await load(dependencies, opened);
  if (problem !== undefined) throw problem;
  return {
    get jwks() {
      return loaded.jwks;
    },
    async reload() {
      const fresh = await load(dependencies, opened);
      const unchanged = JSON.stringify(fresh.loaded.jwks) === JSON.stringify(loaded.jwks);
      loaded = unchanged ? { ...loaded, signing: fresh.loaded.signing } : fresh.loaded;
      if (fresh.problem !== undefined) throw fresh.problem;
    },
    async sign(algorithm, type, claims) {
      const key = signingKey(loaded, algorithm, clock);
      const header = { alg: algorithm, typ: type, kid: key.kid };
      const input = `${encode(header)}.${encode(claims)}`;
      const data = Buffer.from(input);
      const signer = signers[algorithm];
      const signature =
        'signHere' in signer
          ? signer.signHere(key.privateKey, data)
          : await queue.run(() => signer.signOnThread(key.privateKey, data));
      return `${input}.${signature.toString('base64url')}`;
    },
    async read(token, type, issuer, options) {
      try {
        const { payload } = await jwtVerify(token, loaded.find, {
          algorithms: [...signingAlgorithms],
          typ: type,
          issuer,
          // Epoch 0 disables the expiry check: an ID token hint may be expired (OIDC RP-Initiated Logout §2).
          currentDate: new Date(options?.expired === 'accepted' ? 0 : clock() * 1000),
        });
        return payload;
      } catch {
        return undefined;
      }
    },
  };
}

/** The periodic task of each process: rotates keys that are due, then reloads. */
export async function maintainKeys(dependencies: RotationDependencies, keyring: Keyring): Promise<void> {
  try {
    await rotateWhatIsDue(dependencies);
  } finally {
    await keyring.reload();
  }
}

/** The newest key that may sign now. A planned change takes effect at its time, without a reload. */
function signingKey({ signing }: LoadedKeys, algorithm: SigningAlgorithm, clock: Clock): SigningKey {
  const keys = signing.get(algorithm) ?? [];
  // If the clock goes back, the oldest key signs.
  const key =
    keys.length === 1 ? keys[0] : (keys.find(({ signsFrom }) => signsFrom <= clock()) ?? keys.at(-1));
  if (key === undefined) {
    // The client registered the algorithm before the operator removed it from GRANTOR_SIGNING_ALGORITHMS.
    const used = [...signing.keys()].join(', ');
    throw new OAuthError(
      'unauthorized_client',
      `The app is registered for ${algorithm}, which this server does not use. Register one of ${used}`,
    );
  }
  return key;
}

/** The current keys come first, for clients that look at the first key only. */
const PUBLICATION: Readonly<Record<KeyState, number>> = { signing: 0, next: 1, retired: 2, over: 3 };

async function load(
  { store, sealer, clock, algorithms }: RotationDependencies,
  opened: Map<string, KeyObject>,
): Promise<{ loaded: LoadedKeys; problem: Error | undefined }> {
  const scheduled = (await allOf(store, clock())).filter(({ state }) => state !== 'over');
  const signing = new Map<SigningAlgorithm, SigningKey[]>();
  let problem: Error | undefined;
  const usable = scheduled.filter((key) => maySign(key) && algorithms.includes(key.record.algorithm));
  for (const { record } of usable) {
    const privateKey = opened.get(record.kid) ?? openKey(record, sealer);
    if (privateKey === undefined) {
      problem = new Error(
        'The signing keys in the database cannot be decrypted with this GRANTOR_SECRET. ' +
          'Set the secret that encrypted them, or set it as GRANTOR_SECRET_PREVIOUS.',
      );
      continue;
    }
    opened.set(record.kid, privateKey);
    const { kid, signsFrom, algorithm } = record;
    if (signsFrom === null) continue;
    signing.set(algorithm, [...(signing.get(algorithm) ?? []), { kid, signsFrom, privateKey }]);
  }
  for (const kid of opened.keys()) {
    if (!usable.some(({ record }) => record.kid === kid)) opened.delete(kid);
  }
  const ordered = scheduled.toSorted((a, b) => PUBLICATION[a.state] - PUBLICATION[b.state]);
  const publicKey = ({ record }: ScheduledKey) => JSON.parse(record.publicJwk) as JWK;
  const published = ordered.filter(({ record }) => algorithms.includes(record.algorithm));
  return {
    loaded: {
      signing,
      jwks: { keys: published.map(publicKey) },
      // Tokens from before an algorithm was removed stay valid.
      find: createLocalJWKSet({ keys: ordered.map(publicKey) }),
    },
    problem,
  };
}

function maySign({ state }: ScheduledKey): boolean {
  return state === 'signing' || state === 'next';
}

function openKey(record: SigningKeyRecord, sealer: Sealer): KeyObject | undefined {
  const opened = sealer.open(record.sealedPrivateJwk);
  if (opened === undefined) return undefined;
  return createPrivateKey({ key: JSON.parse(opened) as JsonWebKey, format: 'jwk' });
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
