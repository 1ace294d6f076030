import type { TestServer } from '../test/kit/servers.js';

/** The kinds of apps that an independent client must get along with. */
export const apps = [
  ['RS256 ID tokens, JWT access tokens, secret in the header', {}],
  ['ES256 ID tokens', { id_token_signed_response_alg: 'ES256' }],
  ['opaque access tokens', { access_token_format: 'opaque' }],
  ['the secret in the body', { token_endpoint_auth_method: 'client_secret_post' }],
  ['no secret', { token_endpoint_auth_method: 'none' }],
] as const satisfies readonly (readonly [string, Readonly<Record<string, string>>])[];

export type AppMetadata = (typeof apps)[number][1];

/** The configuration of a library for its app, by the names of RFC 7591 §2. */
export interface InteropApp {
  readonly client_id: string;
  readonly client_secret: string | undefined;
  readonly method: 'client_secret_basic' | 'client_secret_post' | 'none';
  readonly algorithm: 'ES256' | 'RS256';
}

export const redirectUri = 'https://app.example.com/callback';

/** Registers an app of this kind. */
export async function registerInteropApp(grantor: TestServer, metadata: AppMetadata): Promise<InteropApp> {
  const { client_id, client_secret } = await grantor.register({ redirectUris: [redirectUri], ...metadata });
  return {
    client_id,
    client_secret,
    method:
      'token_endpoint_auth_method' in metadata ? metadata.token_endpoint_auth_method : 'client_secret_basic',
    algorithm: 'id_token_signed_response_alg' in metadata ? metadata.id_token_signed_response_alg : 'RS256',
  };
}
