import type { Expectations } from './access-token.js';
import type { KeySource } from './discover-keys.js';
import { isTrustworthyUrl } from './trustworthy-url.js';

/** What a guard is made from. */
export interface GuardOptions {
  /** The authorization server, exactly as it writes itself in `iss`. https, or http on loopback. */
  readonly issuer: string;
  /** The name, or names, of this API in `aud`. */
  readonly audience: string | readonly string[];
  /** Where the keys are, when discovery is not wanted. */
  readonly jwksUri?: string;
  /** How far the two clocks may be apart; 60 unless told. */
  readonly clockToleranceSeconds?: number;
  /** Accepted signature algorithms; ES256, RS256, PS256 and EdDSA unless told. */
  readonly algorithms?: readonly string[];
  /** Used to get metadata and keys. */
  readonly fetch?: typeof globalThis.fetch;
  /** Whole seconds since the epoch. */
  readonly now?: () => number;
  /** `realm` of the WWW-Authenticate header; the first audience unless told. */
  readonly realm?: string;
  /** URL of this API's protected resource metadata, told to callers in WWW-Authenticate (RFC 9728 §5.1). */
  readonly resourceMetadata?: string;
  /** Told why, each time a call had to be answered 503: something for the log. Callers never see it. */
  readonly onUnavailable?: (reason: Error) => void;
}

/** What one route asks for. */
export interface CheckOptions {
  /** Scopes the token must have, all of them: space-separated or a list. Left out: none. */
  readonly scope?: string | readonly string[] | undefined;
}

/** Options after they were found good, with nothing left out. */
export interface Settings {
  readonly expectations: Expectations;
  readonly algorithms: readonly string[];
  readonly keySource: KeySource;
  readonly now: () => number;
  readonly realm: string;
  readonly resourceMetadata: string | undefined;
  readonly onUnavailable: (reason: Error) => void;
}

const DEFAULT_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'];

// RFC 8725 §3.2: asymmetric signatures only. `none` proves nothing, HS* would make the public key a secret.
const KNOWN_ALGORITHMS = new Set(
  'ES256 ES384 ES512 RS256 RS384 RS512 PS256 PS384 PS512 EdDSA Ed25519'.split(' '),
);

/** @throws TypeError that names the option and what to write instead */
export function readOptions(options: GuardOptions): Settings {
  const { issuer, jwksUri, clockToleranceSeconds = 60, algorithms = DEFAULT_ALGORITHMS } = options;
  const audiences = typeof options.audience === 'string' ? [options.audience] : [...options.audience];
  const [firstAudience] = audiences;
  if (firstAudience === undefined || audiences.includes('')) {
    throw new TypeError('audience: name this API as its tokens do in aud');
  }
  // RFC 8414 §2: an issuer has neither query nor fragment.
  if (!isTrustworthyUrl(issuer) || /[?#]/.test(issuer)) {
    throw new TypeError('issuer: an https URL without query and fragment, or http on loopback');
  }
  if (jwksUri !== undefined && !isTrustworthyUrl(jwksUri)) {
    throw new TypeError('jwksUri: an https URL, or http on loopback');
  }
  if (!Number.isFinite(clockToleranceSeconds) || clockToleranceSeconds < 0) {
    throw new TypeError('clockToleranceSeconds: zero or more seconds');
  }
  if (algorithms.length === 0 || algorithms.some((name) => !KNOWN_ALGORITHMS.has(name))) {
    throw new TypeError(`algorithms: one or more of ${[...KNOWN_ALGORITHMS].join(', ')}`);
  }
  const realm = options.realm ?? firstAudience;
  if (!/^[ -~]*$/.test(realm)) throw new TypeError('realm: printable ASCII only');
  if (options.resourceMetadata !== undefined && !URL.canParse(options.resourceMetadata)) {
    throw new TypeError('resourceMetadata: an absolute URL');
  }
  return {
    expectations: { issuer, audiences, clockToleranceSeconds },
    algorithms: [...algorithms],
    // Called through an arrow: some runtimes refuse a `fetch` that is called as somebody's method.
    keySource: { issuer, jwksUri, fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)) },
    now: options.now ?? (() => Math.floor(Date.now() / 1000)),
    realm,
    resourceMetadata: options.resourceMetadata,
    onUnavailable: options.onUnavailable ?? (() => undefined),
  };
}
