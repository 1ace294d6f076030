import { z } from 'zod';
import { compatibilitySettings } from '../clients/compatibility.js';
import type { ClientRecord } from '../storage/ports/index.js';
import { isoTime, timestamp } from './page.js';

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
    created_by: client.createdBy,
    modified_on: isoTime(client.updatedAt),
    modified_by: client.modifiedBy,
  };
}

export const clientSchema = z
  .object({
    client_id: z.string(),
    name: z.string(),
    redirect_uris: z.array(z.string()),
    grant_types: z.array(z.string()),
    response_types: z.array(z.string()),
    scopes: z.array(z.string()),
    token_endpoint_auth_method: z.string(),
    enabled: z.boolean(),
    created_on: timestamp,
    created_by: z.string().nullable(),
    modified_on: timestamp,
    modified_by: z.string().nullable(),
  })
  .meta({ id: 'Client' });
