import { codeChallenge } from '@grantor/protocol';
import { ClientError } from './errors.js';
import { endpoint, type ServerMetadata } from './metadata.js';
import { joinScope, type Settings } from './options.js';
import { randomValue } from './random.js';
import type { AuthorizationTransaction } from './transaction.js';

/** The optional parameters of an authorization request. */
export interface AuthorizationOptions {
  /** The scopes to request. Default: the client's `scope`. */
  readonly scope?: string | readonly string[] | undefined;
  /** A state of your own: unguessable, at least 22 characters. Default: a new random value, which is best. */
  readonly state?: string | undefined;
  /** `none`, `login`, `consent` or `select_account`; several are separated by spaces (OpenID Connect Core 1.0 §3.1.2.1). */
  readonly prompt?: string | undefined;
  /** The user who will probably sign in, such as an email address. */
  readonly loginHint?: string | undefined;
  /** How many seconds ago the user may have signed in at most. Checked in the ID token. */
  readonly maxAge?: number | undefined;
  /** The API or APIs that the access token is for (RFC 8707). */
  readonly resource?: string | readonly string[] | undefined;
  /** Parameters that have no option, such as `ui_locales`. */
  readonly extraParameters?: Readonly<Record<string, string>> | undefined;
}

/** The start of an authorization code flow. */
export interface AuthorizationStart {
  /** The address to send the user to. */
  url: string;
  /** What to keep in the user's session until the callback. */
  transaction: AuthorizationTransaction;
}

/** Parameters that have an option, or that would replace all others (RFC 9101). */
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

/** 22 base64url characters hold 132 bits. */
const MIN_STATE_LENGTH = 22;

/**
 * Creates an authorization request (RFC 6749 §4.1.1), always with PKCE S256 (RFC 7636 §4.3), state and nonce.
 *
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
  // RFC 8707 §2: the only parameter that may be repeated.
  for (const resource of [options.resource ?? []].flat()) url.searchParams.append('resource', resource);
  return { url: url.href, transaction };
}

function checkOptions(options: AuthorizationOptions): void {
  if (options.state !== undefined && options.state.length < MIN_STATE_LENGTH) {
    throw new ClientError(
      'configuration',
      `The option "state" must be unguessable and have at least ${MIN_STATE_LENGTH} characters. ` +
        'Leave it out to get a random value, and keep data of your own with the transaction.',
    );
  }
  if (options.maxAge !== undefined && !(Number.isSafeInteger(options.maxAge) && options.maxAge >= 0)) {
    throw new ClientError(
      'configuration',
      'The option "maxAge" must be a whole number of seconds, zero or more.',
    );
  }
  const reserved = Object.keys(options.extraParameters ?? {}).find((name) => RESERVED.has(name));
  if (reserved !== undefined) {
    throw new ClientError(
      'configuration',
      `The option "extraParameters" cannot set "${reserved}". Use the option for it, if there is one.`,
    );
  }
}
