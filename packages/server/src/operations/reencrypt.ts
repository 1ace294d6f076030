import type { Sealer } from '../crypto/seal.js';
import type { Store } from '../storage/ports/index.js';

/** Few enough that no request waits long behind a page. */
const CLIENTS_PER_PAGE = 200;

/** How each kind of what is readable at rest is sealed with the current keys. */
export interface Resealing {
  readonly keys: Sealer['reseal'];
  readonly clientSecrets: Sealer['reseal'];
}

/** How many of the things that must be readable at rest are sealed with what. */
export interface Reencryption {
  /** Sealed with the secret of now before already. */
  readonly current: number;
  /** Sealed with it from now on. */
  readonly resealed: number;
  /** Opened by neither secret, and left as they are. */
  readonly lost: number;
}

/**
 * Seals anew what is kept readable: signing keys and the secrets of clients that sign with them. Other processes may
 * do so, or write new ones, at the same time.
 *
 * @param reseal how each kind is sealed anew
 */
export async function reencrypt(
  store: Pick<Store, 'keys' | 'sealedSecrets'>,
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
    // Whoever changed it meanwhile sealed it with a secret of now.
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
      CLIENTS_PER_PAGE,
    );
    for (const { clientId, sealed } of page) {
      await renew(sealed, reseal.clientSecrets, (fresh) =>
        store.sealedSecrets.reseal(clientId, sealed, fresh),
      );
    }
    after = page.at(-1)?.clientId ?? null;
  } while (after !== null);
  return counts;
}
