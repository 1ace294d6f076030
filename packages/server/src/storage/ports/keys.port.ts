import type { SigningAlgorithm } from '../../protocol/index.js';
import type { AuditEvent } from './audit.port.js';

/** A signing key pair. */
export interface SigningKeyRecord {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** Counts the keys of one algorithm from 1. It is unique, so that simultaneous processes agree on one key. */
  readonly generation: number;
  /** JSON of the public JWK, as JWKS publishes it. */
  readonly publicJwk: string;
  /** The private JWK, sealed with a key derived from the deployment's secret. */
  readonly sealedPrivateJwk: string;
  readonly createdAt: number;
  /** When it begins to sign, in seconds since the epoch; null while it is only published. */
  readonly signsFrom: number | null;
  /** The longest lifetime of a token that it signs, in seconds. */
  readonly tokenSeconds: number;
}

export interface SigningKeyStore {
  list(): Promise<readonly SigningKeyRecord[]>;
  /** Adds the key unless its algorithm already has one of that generation. */
  add(key: SigningKeyRecord): Promise<'added' | 'generationTaken'>;
  /**
   * Sets when a key begins to sign, unless it is set. Of many simultaneous calls, one succeeds.
   *
   * @param event the audit event, written in the same unit if this call succeeds
   */
  startSigning(kid: string, at: number, event?: AuditEvent): Promise<'settled' | 'notNow'>;
  /** Records that tokens of the key live as long as this. It never shortens their lifetime. */
  raiseTokenSeconds(kid: string, tokenSeconds: number): Promise<void>;
  /** Replaces the sealed private key, if it is still the current one. */
  reseal(kid: string, from: string, to: string): Promise<'resealed' | 'changedMeanwhile'>;
  /**
   * Adds the key and deletes all older ones of its algorithm, unless its generation is taken.
   *
   * @param event the audit event, written in the same unit
   */
  replaceOlder(key: SigningKeyRecord, event?: AuditEvent): Promise<'replaced' | 'generationTaken'>;
  remove(kid: string): Promise<void>;
}
