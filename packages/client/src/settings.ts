import { ClientError } from './errors.js';
import type { ServerMetadata } from './metadata.js';
import { parseMetadata } from './metadata.js';
import { isSecureUrl } from './secure-url.js';
import type { TokenSet } from './tokens.js';

/** The part of `fetch` this package uses. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** How the client proves itself at the token and revocation endpoints (RFC 6749 §2.3). */
export type ClientAuthentication = 'client_secret_basic' | 'client_secret_post' | 'none';

export interface OAuthClientOptions {
  /** The authorization server, exactly as it names itself: `https`, or `http` on a loopback host. */
  issuer: string;
  clientId: string;
  /** Leave out for a public client: a browser, mobile or command-line app. */
  clientSecret?: string | undefined;
  /** Where the user comes back to; exactly as registered. Never guessed from a request. */
  redirectUri: string;
  /** What to ask for, such as `'openid profile'` or `['openid', 'profile']`. */
  scope?: string | readonly string[] | undefined;
  /** Default: `client_secret_basic` with a secret, `none` without. */
  clientAuthentication?: ClientAuthentication | undefined;
  /** How far the server's clock may be off from ours when the times of an ID token are checked. Default 60. */
  clockToleranceSeconds?: number | undefined;
  /** How long one HTTP request may take, its body included. Default 10. */
  timeoutSeconds?: number | undefined;
  /** Accepts token answers without `token_type` (required by RFC 6749 §5.1) as Bearer. Default false. */
  allowMissingTokenType?: boolean | undefined;
  /**
   * Keeps new tokens. Called after every exchange and every refresh, once per answer of the server, and awaited
   * before the tokens are handed out. `previous` is what was refreshed; absent after an exchange.
   */
  onTokens?: ((tokens: TokenSet, previous?: TokenSet) => Promise<void> | void) | undefined;
  /** The server's metadata (RFC 8414), for servers without discovery. Nothing is fetched then. */
  metadata?: ServerMetadata | undefined;
  /** Replaces the global `fetch`. */
  fetch?: Fetch | undefined;
  /** The time in whole seconds since the epoch. */
  now?: (() => number) | undefined;
}

/** The options once checked, with every default filled in. */
export interface Settings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly clockToleranceSeconds: number;
  readonly timeoutSeconds: number;
  readonly allowMissingTokenType: boolean;
  readonly onTokens: (tokens: TokenSet, previous?: TokenSet) => Promise<void> | void;
  readonly metadata: ServerMetadata | undefined;
  readonly fetch: Fetch;
  readonly now: () => number;
}

/** Joins scopes into the space-separated form of RFC 6749 §3.3. */
export function joinScope(scope: string | readonly string[] | undefined): string {
  const words = typeof scope === 'string' ? [scope] : (scope ?? []);
  return words.join(' ').trim().replaceAll(/\s+/g, ' ');
}

/**
 * Checks the options and fills in the defaults.
 * @throws ClientError `configuration`, naming the option to change
 */
export function resolveSettings(options: OAuthClientOptions): Settings {
  checkIssuer(options.issuer);
  requireText('clientId', options.clientId);
  checkRedirectUri(options.redirectUri);
  return {
    issuer: options.issuer,
    clientId: options.clientId,
    clientSecret: options.clientSecret ?? '',
    redirectUri: options.redirectUri,
    scope: joinScope(options.scope),
    clientAuthentication: resolveClientAuthentication(options),
    clockToleranceSeconds: seconds('clockToleranceSeconds', options.clockToleranceSeconds ?? 60),
    timeoutSeconds: seconds('timeoutSeconds', options.timeoutSeconds ?? 10),
    allowMissingTokenType: options.allowMissingTokenType ?? false,
    onTokens: options.onTokens ?? (() => undefined),
    metadata: options.metadata && parseMetadata(options.metadata, options.issuer),
    // Looked up at each call and called without a `this`, which browsers and workers insist on.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    now: options.now ?? (() => Math.floor(Date.now() / 1000)),
  };
}

function configurationError(message: string): ClientError {
  return new ClientError('configuration', message);
}

function requireText(name: string, value: unknown): asserts value is string {
  if (typeof value !== 'string' || value === '') {
    throw configurationError(`The option "${name}" is missing. Set it to a non-empty string.`);
  }
}

function checkIssuer(issuer: string): void {
  requireText('issuer', issuer);
  if (!isSecureUrl(issuer)) {
    throw configurationError(
      'The option "issuer" must be an https URL; http is accepted for this machine only (localhost, 127.0.0.1, [::1]).',
    );
  }
  // RFC 8414 §2: the issuer has no query or fragment component.
  if (/[?#]/.test(issuer)) {
    throw configurationError('The option "issuer" must not have a query or a fragment.');
  }
}

function checkRedirectUri(redirectUri: string): void {
  requireText('redirectUri', redirectUri);
  // RFC 6749 §3.1.2: absolute and without a fragment.
  if (!URL.canParse(redirectUri) || redirectUri.includes('#')) {
    throw configurationError('The option "redirectUri" must be an absolute URL without a fragment.');
  }
}

function resolveClientAuthentication(options: OAuthClientOptions): ClientAuthentication {
  const hasSecret = options.clientSecret !== undefined && options.clientSecret !== '';
  const method = options.clientAuthentication ?? (hasSecret ? 'client_secret_basic' : 'none');
  if (method === 'none' && hasSecret) {
    throw configurationError(
      'The option "clientSecret" is set, but "clientAuthentication" is "none". Remove one of them.',
    );
  }
  if (method !== 'none' && !hasSecret) {
    throw configurationError(`"clientAuthentication" is "${method}", which needs the option "clientSecret".`);
  }
  return method;
}

function seconds(name: string, value: number): number {
  if (!Number.isFinite(value) || value < 0) {
    throw configurationError(`The option "${name}" must be a number of seconds, zero or more.`);
  }
  return value;
}
