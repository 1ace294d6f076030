import {
  type Fetch,
  globalFetch,
  isSecureUrl,
  issuerProblem,
  secondsProblem,
  signatureAlgorithm,
  systemTime,
} from '@grantor/protocol';
import type { KeySource } from './discover-keys.js';
import { GuardError } from './errors.js';

/** What a guard is created from. */
export interface GuardOptions {
  /** The authorization server, exactly as in `iss` of its tokens: `https`, or `http` on loopback. */
  readonly issuer: string;
  /** The name, or names, of this API in `aud`. */
  readonly audience: string | readonly string[];
  /** The address of the issuer's keys. Default: found by discovery. */
  readonly jwksUri?: string | undefined;
  /** How far the clocks of issuer and API may differ. Default 60. */
  readonly clockToleranceSeconds?: number | undefined;
  /** How long fetching the keys may take. Default 5. */
  readonly timeoutSeconds?: number | undefined;
  /** The accepted signature algorithms. Default `ES256`, `RS256`, `PS256` and `EdDSA`. */
  readonly algorithms?: readonly string[] | undefined;
  /** `realm` of the `WWW-Authenticate` header. Default: the first audience. */
  readonly realm?: string | undefined;
  /** URL of the API's protected resource metadata, sent to callers in `WWW-Authenticate` (RFC 9728 §5.1). */
  readonly resourceMetadata?: string | undefined;
  /** Called with the reason of each 503, for a log. The caller of the API does not see the reason. */
  readonly onUnavailable?: ((error: GuardError) => void) | undefined;
  /** Replaces the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** The time in whole seconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

/** What one route requires. */
export interface CheckOptions {
  /** The scopes that the token must have, all of them: separated by spaces, or a list. Default: none. */
  readonly scope?: string | readonly string[] | undefined;
}

/** The checked options with every default filled in. */
export interface Settings extends KeySource {
  readonly audiences: readonly string[];
  readonly clockToleranceSeconds: number;
  readonly algorithms: readonly string[];
  readonly realm: string;
  readonly resourceMetadata: string | undefined;
  readonly onUnavailable: (error: GuardError) => void;
  readonly now: () => number;
}

const DEFAULT_ALGORITHMS = ['ES256', 'RS256', 'PS256', 'EdDSA'];

/**
 * Checks the options and fills in the defaults.
 *
 * @throws GuardError `configuration`, naming the option to change
 */
export function readOptions(options: GuardOptions): Settings {
  const audiences = [options.audience].flat();
  const [firstAudience = ''] = audiences;
  const settings: Settings = {
    issuer: options.issuer,
    audiences,
    jwksUri: options.jwksUri,
    clockToleranceSeconds: options.clockToleranceSeconds ?? 60,
    timeoutSeconds: options.timeoutSeconds ?? 5,
    algorithms: [...(options.algorithms ?? DEFAULT_ALGORITHMS)],
    realm: options.realm ?? firstAudience,
    resourceMetadata: options.resourceMetadata,
    onUnavailable: options.onUnavailable ?? (() => undefined),
    fetch: options.fetch ?? globalFetch,
    now: options.now ?? systemTime,
  };
  for (const [name, problem] of Object.entries(problemsOf(settings))) {
    if (problem !== undefined) throw new GuardError('configuration', `The option "${name}" ${problem}.`);
  }
  return settings;
}

/** What is wrong with each option, as the end of a sentence about it. */
function problemsOf(settings: Settings): Partial<Record<keyof GuardOptions, string | undefined>> {
  const { audiences, jwksUri, algorithms, realm, resourceMetadata } = settings;
  return {
    issuer: issuerProblem(settings.issuer),
    audience:
      audiences.length === 0 || audiences.includes('')
        ? 'must be the name of this API in "aud" of its tokens, or a list of names'
        : undefined,
    jwksUri:
      jwksUri === undefined || isSecureUrl(jwksUri) ? undefined : 'must be an https URL, or http on loopback',
    clockToleranceSeconds: secondsProblem(settings.clockToleranceSeconds),
    timeoutSeconds: secondsProblem(settings.timeoutSeconds),
    // RFC 8725 §3.2: asymmetric signatures only. `none` proves nothing, HS* would make the public key a secret.
    algorithms:
      algorithms.length > 0 && algorithms.every((name) => signatureAlgorithm(name) !== undefined)
        ? undefined
        : 'must list one or more of ES256, ES384, ES512, RS256, RS384, RS512, PS256, PS384, PS512, EdDSA, Ed25519',
    realm: /^[ -~]*$/.test(realm) ? undefined : 'must be printable ASCII',
    resourceMetadata:
      resourceMetadata === undefined || URL.canParse(resourceMetadata)
        ? undefined
        : 'must be an absolute URL',
  };
}
