import type { SigningAlgorithm } from '@grantor/protocol';

/** A signing key pair. */
export interface SigningKeyRecord {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  /** Counts the keys of one algorithm from 1; two processes that start together agree on one through it. */
  readonly generation: number;
  /** JSON of the public JWK, as JWKS publishes it. */
  readonly publicJwk: string;
  /** The private JWK, sealed with a key derived from the deployment's secret. */
  readonly sealedPrivateJwk: string;
  readonly createdAt: number;
}

export interface SigningKeyStore {
  list(): Promise<readonly SigningKeyRecord[]>;
  /** Adds the key unless its algorithm already has one of that generation. */
  add(key: SigningKeyRecord): Promise<'added' | 'generationTaken'>;
}
