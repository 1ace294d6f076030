import type { DeploymentKeys } from '../crypto/deployment-keys.js';
import type { Random } from '../crypto/random.js';
import { createSealer } from '../crypto/seal.js';

/** Keeps the answer to a refresh for its retries. */
export interface SealedAnswers {
  seal(refreshToken: string, body: string): string;
  open(refreshToken: string, sealed: string): string | undefined;
}

/**
 * The key is made of the deployment's secret *and* the refresh token, which is kept nowhere: neither a
 * copy of the database nor one together with the secret tells anybody a live token.
 */
export function createSealedAnswers(keys: DeploymentKeys, random: Random): SealedAnswers {
  const sealerFor = (refreshToken: string) => createSealer(keys, 'refresh-answer', random, refreshToken);
  return {
    seal: (refreshToken, body) => sealerFor(refreshToken).seal(body),
    open: (refreshToken, sealed) => sealerFor(refreshToken).open(sealed),
  };
}
