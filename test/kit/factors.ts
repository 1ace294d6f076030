import { recoveryCodeHash } from '../../packages/server/src/accounts/factors/recovery-codes.js';
import { stepAt, TOTP_KEY_BYTES, totpAt } from '../../packages/server/src/accounts/factors/totp.js';
import { createDeploymentKeys } from '../../packages/server/src/crypto/deployment-keys.js';
import { systemRandom } from '../../packages/server/src/crypto/random.js';
import { createSealer } from '../../packages/server/src/crypto/seal.js';
import type { Store } from '../../packages/server/src/storage/ports/index.js';
import { SECRET } from './servers.js';
import { cheapStretch } from './stretch.js';

/** An authenticator app with the key of one account. */
export interface TestAuthenticator {
  /** @param at seconds since the epoch */
  codeAt(at: number): string;
  readonly recoveryCodes: readonly string[];
}

const recoveryCodes = ['AAAA-BBBB-CCCC-DDDD', 'EEEE-FFFF-GGGG-HHHH'];

/** Sets up an authenticator app and recovery codes for an account, with writes to the store. */
export async function addAuthenticator(
  { server: { store } }: { readonly server: { readonly store: Store } },
  { id: accountId }: { readonly id: string },
): Promise<TestAuthenticator> {
  const key = systemRandom(TOTP_KEY_BYTES);
  const keys = await createDeploymentKeys({ secret: SECRET }, cheapStretch);
  const sealedKey = createSealer(keys, 'totp-keys', systemRandom).seal(key.toString('base64url'));
  const totp = { accountId, sealedKey, lastStep: 0, createdAt: 0 };
  const outcome = await store.secondFactors.addTotp(totp, recoveryCodes.map(recoveryCodeHash));
  if (outcome !== 'added') throw new Error(`no authenticator: ${outcome}`);
  return { codeAt: (at) => totpAt(key, stepAt(at)), recoveryCodes };
}
