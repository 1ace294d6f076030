import type { DeploymentKeys } from '../crypto/deployment-keys.js';
import type { Random } from '../crypto/random.js';
import { createSealer } from '../crypto/seal.js';

/** Seals the response to a refresh for its retries. */
export interface SealedResponses {
  seal(refreshToken: string, body: string): string;
  open(refreshToken: string, sealed: string): string | undefined;
}

/**
 * The key is derived from the deployment's secret and the refresh token, which is not stored. Neither a copy of the database
 * nor a copy with the secret reveals a valid token.
 */
export function createSealedResponses(keys: DeploymentKeys, random: Random): SealedResponses {
  const sealerFor = (refreshToken: string) => createSealer(keys, 'refresh-answer', random, refreshToken);
  return {
    seal: (refreshToken, body) => sealerFor(refreshToken).seal(body),
    open: (refreshToken, sealed) => sealerFor(refreshToken).open(sealed),
  };
}
