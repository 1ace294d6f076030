import { compatibilitySettings } from '../clients/compatibility.js';
import type { ClientRecord } from '../storage/ports/index.js';

/** A client as the API shows it: never with its secret, which is shown once, where it is made. */
export function representClient(client: ClientRecord): Record<string, unknown> {
  return {
    id: client.id,
    client_id: client.id,
    name: client.name,
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    response_types: client.responseTypes,
    scopes: client.scopes,
    token_endpoint_auth_method: client.authenticationMethod,
    access_token_format: client.accessTokenFormat,
    id_token_signed_response_alg: client.idTokenAlgorithm,
    audience: client.audience,
    compatibility: Object.fromEntries(
      Object.keys(compatibilitySettings).map((name) => [
        name,
        client.compatibility.some((setting) => setting === name),
      ]),
    ),
    ...client.metadata,
    enabled: client.enabled,
    created_on: isoTime(client.createdAt),
    modified_on: isoTime(client.updatedAt),
  };
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
