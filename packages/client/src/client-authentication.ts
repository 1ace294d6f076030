import { ClientError } from './errors.js';

/** A request that the client must authenticate. */
export interface ClientRequest {
  readonly clientId: string;
  readonly issuer: string;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** What a method adds to a request to authenticate the client. */
export interface ClientCredentials {
  readonly headers?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Every form of a secret that is sent. None of them gets into an error message. */
  readonly secrets?: readonly string[];
}

/**
 * A client authentication method (RFC 6749 §2.3). `clientSecretBasic`, `clientSecretPost`, `none` and `privateKeyJwt`
 * return one; a method of your own is a function of this type.
 */
export type ClientAuthentication = (request: ClientRequest) => ClientCredentials | Promise<ClientCredentials>;

/**
 * Sends the secret in the `Authorization` header: `client_secret_basic` (RFC 6749 §2.3.1).
 *
 * @param secret the client secret from the registration
 * @example
 * const client = createClient({
 *   issuer: 'https://auth.example.com',
 *   clientId: 'my-app',
 *   authentication: clientSecretBasic(process.env.CLIENT_SECRET),
 *   redirectUri: 'https://app.example.com/callback',
 * });
 */
export function clientSecretBasic(secret: string): ClientAuthentication {
  requireSecret(secret, 'clientSecretBasic');
  return ({ clientId }) => {
    // RFC 6749 §2.3.1: both are form-encoded first, so that a colon or a non-ASCII character survives.
    const encodedSecret = formEncode(secret);
    const pair = btoa(`${formEncode(clientId)}:${encodedSecret}`);
    return { headers: { authorization: `Basic ${pair}` }, secrets: [pair, encodedSecret, secret] };
  };
}

/**
 * Sends the secret in the request body: `client_secret_post` (RFC 6749 §2.3.1).
 *
 * @param secret the client secret from the registration
 * @example
 * const client = createClient({ ...options, authentication: clientSecretPost(process.env.CLIENT_SECRET) });
 */
export function clientSecretPost(secret: string): ClientAuthentication {
  requireSecret(secret, 'clientSecretPost');
  return ({ clientId }) => ({
    parameters: { client_id: clientId, client_secret: secret },
    secrets: [secret],
  });
}

/**
 * Sends the client ID alone: for a public client, such as a browser, mobile or command-line app (RFC 6749 §2.1). The
 * default.
 *
 * @example
 * const client = createClient({ ...options, authentication: none() });
 */
export function none(): ClientAuthentication {
  return ({ clientId }) => ({ parameters: { client_id: clientId } });
}

function requireSecret(secret: unknown, method: string): void {
  if (typeof secret === 'string' && secret !== '') return;
  throw new ClientError(
    'configuration',
    `The secret for ${method} is missing. Pass the client secret from the registration, or use none() for a public client.`,
  );
}

/** Encodes one value as application/x-www-form-urlencoded (RFC 6749 Appendix B). */
function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}
