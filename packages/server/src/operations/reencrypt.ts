import type { Sealer } from '../crypto/seal.js';
import type { Store } from '../storage/ports/index.js';

/** Small enough that no request waits long for a page. */
const ROWS_PER_PAGE = 200;

/** How each kind of decryptable data is encrypted with the current keys. */
export interface Resealing {
  readonly keys: Sealer['reseal'];
  readonly clientSecrets: Sealer['reseal'];
  readonly totpKeys: Sealer['reseal'];
}

/** The number of encrypted values by secret. */
export interface Reencryption {
  /** Already encrypted with the current secret. */
  readonly current: number;
  /** Newly encrypted with the current secret. */
  readonly resealed: number;
  /** Not decryptable with either secret, and left unchanged. */
  readonly lost: number;
}

/**
 * Encrypts signing keys, the secrets of clients that sign with them, and the keys of authenticator apps with the current
 * secret. Other processes may do
 * the same, or write new values, at the same time.
 *
 * @param reseal how each kind is encrypted again
 */
export async function reencrypt(
  store: Pick<Store, 'keys' | 'sealedSecrets' | 'secondFactors'>,
  reseal: Resealing,
): Promise<Reencryption> {
  const counts = { current: 0, resealed: 0, lost: 0 };
  const renew = async (
    sealed: string,
    how: Sealer['reseal'],
    replace: (fresh: string) => Promise<'resealed' | 'changedMeanwhile'>,
  ) => {
    const fresh = how(sealed);
    if (fresh === undefined) counts.lost += 1;
    // A value that changed meanwhile was encrypted with the current secret.
    else if (fresh === sealed || (await replace(fresh)) === 'changedMeanwhile') counts.current += 1;
    else counts.resealed += 1;
  };
  for (const { kid, sealedPrivateJwk: sealed } of await store.keys.list()) {
    await renew(sealed, reseal.keys, (fresh) => store.keys.reseal(kid, sealed, fresh));
  }
  let after: string | null = null;
  do {
    const page: Awaited<ReturnType<Store['sealedSecrets']['list']>> = await store.sealedSecrets.list(
      after,
      ROWS_PER_PAGE,
    );
    for (const { clientId, sealed } of page) {
      await renew(sealed, reseal.clientSecrets, (fresh) =>
        store.sealedSecrets.reseal(clientId, sealed, fresh),
      );
    }
    after = page.at(-1)?.clientId ?? null;
  } while (after !== null);
  do {
    const page: Awaited<ReturnType<Store['secondFactors']['listSealed']>> =
      await store.secondFactors.listSealed(after, ROWS_PER_PAGE);
    for (const { accountId, sealedKey: sealed } of page) {
      await renew(sealed, reseal.totpKeys, (fresh) => store.secondFactors.reseal(accountId, sealed, fresh));
    }
    after = page.at(-1)?.accountId ?? null;
  } while (after !== null);
  return counts;
}
