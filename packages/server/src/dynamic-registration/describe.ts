import { metadataFields } from '../clients/metadata/fields.js';
import { formatScope } from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';

/** The fields that are shown only once, or only to the holder of the token. */
export interface RegistrationAccess {
  readonly registrationUri: string;
  readonly registrationToken: string;
  /** Only if it was just created. */
  readonly secret?: string | undefined;
}

/**
 * A client as its own registration shows it (RFC 7591 §3.2.1, RFC 7592 §3), without the fields that the operator sets.
 */
export function describeClient(client: ClientRecord, access: RegistrationAccess): Record<string, unknown> {
  const { metadata } = client;
  const own = Object.keys(metadataFields) as readonly (keyof typeof metadataFields)[];
  return {
    client_id: client.id,
    client_id_issued_at: client.createdAt,
    // RFC 7591 §3.2.1: 0, since a secret does not expire; the member goes with the secret.
    ...(access.secret === undefined ? {} : { client_secret: access.secret, client_secret_expires_at: 0 }),
    registration_access_token: access.registrationToken,
    registration_client_uri: `${access.registrationUri}/${client.id}`,
    client_name: client.name,
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    response_types: client.responseTypes,
    scope: formatScope(client.scopes),
    token_endpoint_auth_method: client.authenticationMethod,
    id_token_signed_response_alg: client.idTokenAlgorithm,
    ...Object.fromEntries(
      own.flatMap((name) => (metadata[name] === undefined ? [] : [[name, metadata[name]]])),
    ),
  };
}
