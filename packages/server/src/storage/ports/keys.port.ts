import type { SigningAlgorithm } from '../../protocol/index.js';
import type { AuditEvent } from './audit.port.js';

/** A signing key pair. */
export interface SigningKeyRecord {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** Counts the keys of one algorithm from 1; processes that act together agree on one through it. */
  readonly generation: number;
  /** JSON of the public JWK, as JWKS publishes it. */
  readonly publicJwk: string;
  /** The private JWK, sealed with a key derived from the deployment's secret. */
  readonly sealedPrivateJwk: string;
  readonly createdAt: number;
  /** When it begins to sign, in seconds since the epoch; null while it is only published. */
  readonly signsFrom: number | null;
  /** The longest that anything signed with it must be verifiable, in seconds. */
  readonly tokenSeconds: number;
}

export interface SigningKeyStore {
  list(): Promise<readonly SigningKeyRecord[]>;
  /** Adds the key unless its algorithm already has one of that generation. */
  add(key: SigningKeyRecord): Promise<'added' | 'generationTaken'>;
  /**
   * Settles when a key begins to sign, unless that is settled; of many that try at once one wins.
   *
   * @param event what to remember of it, in the same unit, where this call is the one that settled it
   */
  startSigning(kid: string, at: number, event?: AuditEvent): Promise<'settled' | 'notNow'>;
  /** Notes that tokens signed with the key live as long as this; never makes it less. */
  raiseTokenSeconds(kid: string, tokenSeconds: number): Promise<void>;
  /** Puts the private key's new seal in the place of the old one, if that is still there. */
  reseal(kid: string, from: string, to: string): Promise<'resealed' | 'changedMeanwhile'>;
  /**
   * Adds the key and deletes all older ones of its algorithm, unless its generation is taken.
   *
   * @param event what to remember of it, in the same unit
   */
  replaceOlder(key: SigningKeyRecord, event?: AuditEvent): Promise<'replaced' | 'generationTaken'>;
  remove(kid: string): Promise<void>;
}
