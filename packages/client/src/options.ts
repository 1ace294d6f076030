import {
  type Fetch,
  globalFetch,
  issuerProblem,
  scopeNames,
  secondsProblem,
  systemTime,
} from '@grantor/protocol';
import { type ClientAuthentication, none } from './client-authentication.js';
import { ClientError } from './errors.js';
import { parseMetadata, type ServerMetadata } from './metadata.js';
import type { TokenSet } from './tokens.js';

/** What a client is created from. */
export interface ClientOptions {
  /** The authorization server, exactly as in its metadata: `https`, or `http` on loopback. */
  readonly issuer: string;
  /** From the registration. */
  readonly clientId: string;
  /**
   * The client authentication method: `clientSecretBasic(secret)`, `clientSecretPost(secret)`, `privateKeyJwt(key)` or
   * `none()`. Default: `none()`, for a public client.
   */
  readonly authentication?: ClientAuthentication | undefined;
  /** The address of the callback, exactly as registered. It is never derived from a request. */
  readonly redirectUri: string;
  /** The scopes to request: separated by spaces, or a list. Default: none. */
  readonly scope?: string | readonly string[] | undefined;
  /** How far the clocks of server and client may differ when an ID token is checked. Default 60. */
  readonly clockToleranceSeconds?: number | undefined;
  /** How long one HTTP request may take, its body included. Default 10. */
  readonly timeoutSeconds?: number | undefined;
  /** Accepts token responses without `token_type`, which RFC 6749 §5.1 requires, as Bearer. Default false. */
  readonly allowMissingTokenType?: boolean | undefined;
  /**
   * Saves new tokens. Called after every exchange and every refresh, once for each response of the server, and awaited
   * before the tokens are returned. `previous` are the refreshed tokens; undefined after an exchange.
   */
  readonly onTokens?: ((tokens: TokenSet, previous?: TokenSet) => Promise<void> | void) | undefined;
  /** The server's metadata (RFC 8414), for servers without discovery. Default: found by discovery. */
  readonly metadata?: ServerMetadata | undefined;
  /** Replaces the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** The time in whole seconds since the epoch. */
  readonly now?: (() => number) | undefined;
}

/** The checked options with every default filled in. */
export interface Settings {
  readonly issuer: string;
  readonly clientId: string;
  readonly authentication: ClientAuthentication;
  readonly redirectUri: string;
  readonly scope: string;
  readonly clockToleranceSeconds: number;
  readonly timeoutSeconds: number;
  readonly allowMissingTokenType: boolean;
  readonly onTokens: (tokens: TokenSet, previous?: TokenSet) => Promise<void> | void;
  readonly metadata: ServerMetadata | undefined;
  readonly fetch: Fetch;
  readonly now: () => number;
}

/** The space-separated form of a scope (RFC 6749 §3.3). */
export function joinScope(scope: string | readonly string[] | undefined): string {
  return scopeNames(scope).join(' ');
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws ClientError `configuration`, naming the option to change
 */
export function readOptions(options: ClientOptions): Settings {
  const { issuer, clientId, redirectUri, authentication = none() } = options;
  const { clockToleranceSeconds = 60, timeoutSeconds = 10 } = options;
  const problems = {
    issuer: issuerProblem(issuer),
    clientId: textProblem(clientId),
    // RFC 6749 §3.1.2: absolute and without a fragment.
    redirectUri:
      URL.canParse(redirectUri) && !redirectUri.includes('#')
        ? undefined
        : 'must be an absolute URL without a fragment',
    authentication:
      typeof authentication === 'function'
        ? undefined
        : 'must be a method, such as clientSecretBasic(secret) or none()',
    // Before 0.2.0 the secret was an option of its own. Without this check such a client would be a public one.
    clientSecret:
      'clientSecret' in options && options.clientSecret !== undefined
        ? 'has no effect. Set "authentication" to clientSecretBasic(secret)'
        : undefined,
    clockToleranceSeconds: secondsProblem(clockToleranceSeconds),
    timeoutSeconds: secondsProblem(timeoutSeconds),
  };
  for (const [name, problem] of Object.entries(problems)) {
    if (problem !== undefined) throw new ClientError('configuration', `The option "${name}" ${problem}.`);
  }
  return {
    issuer,
    clientId,
    authentication,
    redirectUri,
    scope: joinScope(options.scope),
    clockToleranceSeconds,
    timeoutSeconds,
    allowMissingTokenType: options.allowMissingTokenType ?? false,
    onTokens: options.onTokens ?? (() => undefined),
    metadata: options.metadata && parseMetadata(options.metadata, issuer),
    fetch: options.fetch ?? globalFetch,
    now: options.now ?? systemTime,
  };
}

function textProblem(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? undefined : 'must be a non-empty string';
}
