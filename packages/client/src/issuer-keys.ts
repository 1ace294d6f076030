import { type FindKey, keySet } from '@grantor/protocol';
import { ClientError } from './errors.js';
import { send } from './http.js';
import type { Settings } from './options.js';

/** How long keys are used before they are fetched again, so that a withdrawn key stops working. */
const FRESH_SECONDS = 600;

/**
 * The issuer's signing keys: fetched on first use, and fetched again for a key that is not among them, which is how an
 * issuer rotates (OpenID Connect Core 1.0 §10.1.1). There is no pause between fetches: ID tokens come directly from the
 * token endpoint, so an attacker cannot cause one.
 *
 * @returns finds a key at an address; rejects with ClientError if the keys cannot be fetched
 */
export function issuerKeys(settings: Settings): (jwksUri: string) => FindKey {
  let fetched: Promise<FindKey> | undefined;
  let fetchedAt = 0;

  function fetchAgain(jwksUri: string): Promise<FindKey> {
    const keys = fetchKeys(settings, jwksUri);
    fetched = keys;
    fetchedAt = settings.now();
    // A failure is not kept, so the next call tries again.
    keys.catch(() => {
      if (fetched === keys) fetched = undefined;
    });
    return keys;
  }

  return (jwksUri) => async (alg, kid) => {
    const isFresh = settings.now() < fetchedAt + FRESH_SECONDS;
    const known = (isFresh ? fetched : undefined) ?? fetchAgain(jwksUri);
    const key = await (await known)(alg, kid);
    if (key !== undefined) return key;
    // A fetch that another call began meanwhile is as new as one of our own.
    const newer = fetched === known ? fetchAgain(jwksUri) : (fetched ?? known);
    return (await newer)(alg, kid);
  };
}

async function fetchKeys(settings: Settings, jwksUri: string): Promise<FindKey> {
  const { status, json } = await send(settings, 'key set (jwks_uri)', jwksUri, {
    headers: { accept: 'application/json' },
  });
  const keys = status === 200 ? keySet(json) : undefined;
  if (keys !== undefined) return keys;
  throw new ClientError(
    'invalid_response',
    `The key set (jwks_uri) responded with status ${status} and no keys. Check the metadata of the server.`,
  );
}
