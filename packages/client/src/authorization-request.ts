import { ClientError } from './errors.js';
import { endpoint, type ServerMetadata } from './metadata.js';
import { codeChallenge } from './pkce.js';
import { randomValue } from './random.js';
import { joinScope, type Settings } from './settings.js';
import type { AuthorizationTransaction } from './transaction.js';

export interface AuthorizationOptions {
  /** What to ask for; default: the client's `scope`. */
  scope?: string | readonly string[] | undefined;
  /** A state of one's own: unguessable, at least 22 characters. Default: a fresh one, which is best. */
  state?: string | undefined;
  /** `none`, `login`, `consent` or `select_account`, several separated by spaces (OIDC Core §3.1.2.1). */
  prompt?: string | undefined;
  /** Who is probably going to sign in, such as an e-mail address. */
  loginHint?: string | undefined;
  /** How many seconds ago the user may have signed in at most; checked in the ID token. */
  maxAge?: number | undefined;
  /** The API or APIs the access token is for (RFC 8707). */
  resource?: string | readonly string[] | undefined;
  /** Parameters this package does not know, such as `ui_locales`. */
  extraParameters?: Readonly<Record<string, string>> | undefined;
}

/** Where to send the user, and what to remember until they come back. */
export interface AuthorizationStart {
  url: string;
  transaction: AuthorizationTransaction;
}

/** Parameters that have an option of their own, or that would replace all others (RFC 9101). */
const RESERVED = new Set([
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'login_hint',
  'max_age',
  'nonce',
  'prompt',
  'redirect_uri',
  'request',
  'request_uri',
  'resource',
  'response_type',
  'scope',
  'state',
]);

/** 22 base64url characters carry 132 bits. */
const SHORTEST_STATE = 22;

/**
 * Makes an authorization request (RFC 6749 §4.1.1) with PKCE S256 (RFC 7636 §4.3), state and nonce, always.
 * @throws ClientError `configuration` for an option that cannot be sent
 */
export async function authorizationRequest(
  settings: Settings,
  metadata: ServerMetadata,
  options: AuthorizationOptions,
): Promise<AuthorizationStart> {
  checkOptions(options);
  const transaction: AuthorizationTransaction = {
    issuer: settings.issuer,
    clientId: settings.clientId,
    redirectUri: settings.redirectUri,
    scope: options.scope === undefined ? settings.scope : joinScope(options.scope),
    state: options.state ?? randomValue(),
    nonce: randomValue(),
    codeVerifier: randomValue(),
  };
  if (options.maxAge !== undefined) transaction.maxAge = options.maxAge;

  const url = new URL(endpoint(metadata, 'authorization_endpoint'));
  const parameters: Record<string, string | undefined> = {
    ...options.extraParameters,
    response_type: 'code',
    client_id: transaction.clientId,
    redirect_uri: transaction.redirectUri,
    scope: transaction.scope === '' ? undefined : transaction.scope,
    state: transaction.state,
    nonce: transaction.nonce,
    code_challenge: await codeChallenge(transaction.codeVerifier),
    code_challenge_method: 'S256',
    prompt: options.prompt,
    login_hint: options.loginHint,
    max_age: options.maxAge?.toString(),
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  // RFC 8707 §2: the one parameter that may be repeated.
  for (const resource of [options.resource ?? []].flat()) url.searchParams.append('resource', resource);
  return { url: url.href, transaction };
}

function checkOptions(options: AuthorizationOptions): void {
  if (options.state !== undefined && options.state.length < SHORTEST_STATE) {
    throw new ClientError(
      'configuration',
      `A "state" of your own must be unguessable and have at least ${SHORTEST_STATE} characters. ` +
        'Leave it out to get a fresh one, and keep what you want to remember beside the transaction.',
    );
  }
  if (options.maxAge !== undefined && !(Number.isSafeInteger(options.maxAge) && options.maxAge >= 0)) {
    throw new ClientError('configuration', '"maxAge" must be a whole number of seconds, zero or more.');
  }
  const reserved = Object.keys(options.extraParameters ?? {}).find((name) => RESERVED.has(name));
  if (reserved !== undefined) {
    throw new ClientError(
      'configuration',
      `"extraParameters" cannot set "${reserved}": use the option for it, where there is one.`,
    );
  }
}
