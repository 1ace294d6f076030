import type { Clock } from '../crypto/clock.js';
import type { Outbound } from '../outbound/outbound.js';
import { ClientKeysError } from './client-keys-error.js';
import { type KeySet, readKeySet } from './key-set.js';

/** How long a fetched set is used, in seconds. */
const LIFETIME_SECONDS = 300;

/** How long one URI is left in peace after it was asked, whether or not it answered, in seconds. */
const REST_SECONDS = 30;

/** The most sets that are kept; the one that was used longest ago makes room. */
const MAX_SETS = 200;

/** Key sets behind the `jwks_uri` of apps. */
export interface RemoteKeySets {
  /**
   * The set behind a URI: a kept one, or what the URI answers. Requests that come together share one call.
   *
   * @throws ClientKeysError where there is none that may be used
   */
  get(uri: string): Promise<KeySet>;
  /**
   * The set after a key was missed in it: asked for anew, but at most every 30 seconds, so that nobody can
   * make Grantor call somebody with invented key IDs (OpenID Connect Core 1.0 §10.1.1).
   */
  refresh(uri: string): Promise<KeySet>;
}

interface Entry {
  /** The last set that was good, until when it may be used. */
  readonly known: { readonly keys: KeySet; readonly until: number } | undefined;
  readonly askedAt: number;
  /** What the last call came to, or will. */
  readonly answer: Promise<KeySet>;
}

export function createRemoteKeySets(outbound: Outbound, clock: Clock): RemoteKeySets {
  const entries = new Map<string, Entry>();

  function ask(uri: string): Promise<KeySet> {
    const now = clock();
    const before = entries.get(uri)?.known;
    const answer = fetchKeySet(outbound, uri);
    keep(uri, { known: before, askedAt: now, answer });
    answer.then(
      (keys) => keep(uri, { known: { keys, until: now + LIFETIME_SECONDS }, askedAt: now, answer }),
      () => undefined, // whoever waits for it learns of it
    );
    return answer;
  }

  function keep(uri: string, entry: Entry): void {
    entries.delete(uri);
    entries.set(uri, entry);
    const [oldest] = entries.keys();
    if (entries.size > MAX_SETS && oldest !== undefined) entries.delete(oldest);
  }

  return {
    async get(uri) {
      const entry = entries.get(uri);
      if (entry === undefined) return ask(uri);
      keep(uri, entry);
      if (entry.known !== undefined && clock() < entry.known.until) return entry.known.keys;
      return clock() - entry.askedAt < REST_SECONDS ? entry.answer : ask(uri);
    },
    async refresh(uri) {
      const entry = entries.get(uri);
      if (entry !== undefined && clock() - entry.askedAt < REST_SECONDS) return entry.answer;
      return ask(uri);
    },
  };
}

async function fetchKeySet(outbound: Outbound, uri: string): Promise<KeySet> {
  let document: unknown;
  try {
    const { status, body } = await outbound.get(uri, 'application/jwk-set+json, application/json');
    if (status !== 200) throw new Error(`it answered ${status}`);
    document = JSON.parse(body);
  } catch (cause) {
    // What went wrong may tell about our network: it is for the log.
    throw new ClientKeysError("the key set at this app's 'jwks_uri' could not be fetched", { cause });
  }
  return readKeySet(document, "the key set at this app's 'jwks_uri'");
}
