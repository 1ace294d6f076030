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

/** The deployment's signing keys: what signs, what is published, what is checked against. */
export interface Keyring {
  /**
   * Signs a JWT with the key of an algorithm whose turn it is.
   *
   * @param type the `typ` header, which keeps one kind of token from passing for another (RFC 8725 §3.11)
   */
  sign(algorithm: SigningAlgorithm, type: string, claims: object): Promise<string>;
  /**
   * Checks the signature, type, issuer and expiry of a JWT that Grantor itself signed.
   *
   * @param options with `expired: 'accepted'` a token whose time is over will do, as a hint does
   * @returns its claims, or undefined when it is not one
   */
  read(
    token: string,
    type: string,
    issuer: string,
    options?: { readonly expired: 'accepted' },
  ): Promise<JWTPayload | undefined>;
  /** The public keys (RFC 7517 §5): the signing ones, then the next, then those of tokens that live; the same object until they change. */
  readonly jwks: { readonly keys: readonly JWK[] };
  /**
   * Takes up what this and other processes did to the keys.
   *
   * @throws Error when a key cannot be opened; what can be used is used all the same
   */
  reload(): Promise<void>;
}

/** A key that can sign, and from when on it does. */
interface SigningKey {
  readonly kid: string;
  readonly signsFrom: number;
  readonly privateKey: KeyObject;
}

/** What a reload makes of the records. */
interface LoadedKeys {
  /** By algorithm, newest first. */
  readonly signing: ReadonlyMap<SigningAlgorithm, readonly SigningKey[]>;
  readonly jwks: { readonly keys: readonly JWK[] };
  readonly find: ReturnType<typeof createLocalJWKSet>;
}

/**
 * Loads the keys, making the first one of each algorithm where there is none.
 *
 * @throws Error when a stored key cannot be opened, which means that the deployment's secret changed
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
          // At the beginning of time nothing had expired yet.
          currentDate: new Date(options?.expired === 'accepted' ? 0 : clock() * 1000),
        });
        return payload;
      } catch {
        return undefined;
      }
    },
  };
}

/** What each process does again and again: what is due, and then to take up what it and the others did. */
export async function maintainKeys(dependencies: RotationDependencies, keyring: Keyring): Promise<void> {
  try {
    await rotateWhatIsDue(dependencies);
  } finally {
    await keyring.reload();
  }
}

/** The newest key whose time has come: a settled change takes place at its second, whoever has reloaded since. */
function signingKey({ signing }: LoadedKeys, algorithm: SigningAlgorithm, clock: Clock): SigningKey {
  const keys = signing.get(algorithm) ?? [];
  // A clock that goes back finds the oldest one.
  const key =
    keys.length === 1 ? keys[0] : (keys.find(({ signsFrom }) => signsFrom <= clock()) ?? keys.at(-1));
  if (key === undefined) {
    // The client registered it before the operator left it out of GRANTOR_SIGNING_ALGORITHMS.
    const used = [...signing.keys()].join(', ');
    throw new OAuthError(
      'unauthorized_client',
      `The app is registered for tokens signed with ${algorithm}, which this server does not use. Register one of ${used}`,
    );
  }
  return key;
}

/** What comes first is what a client that looks at one key alone should see. */
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
        'The signing keys in the database cannot be opened with this GRANTOR_SECRET. ' +
          'Set the secret that they were made with, or name that one in GRANTOR_SECRET_PREVIOUS.',
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
      // What the server signed before an algorithm was left out is its own all the same.
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
