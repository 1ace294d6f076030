import type { ClientRecord } from '../ports/index.js';
import { flag, isSet, json, list, object } from './columns.js';
import type { ClientsTable } from './schema.js';
import { requestColumnsOf, scopeRequestsOf } from './scope-columns.js';

/** A client as its row. */
export function rowOf(client: ClientRecord): ClientsTable {
  return {
    id: client.id,
    name: client.name,
    secret_hash: client.secretHash,
    sealed_secret: client.sealedSecret,
    authentication_method: client.authenticationMethod,
    redirect_uris: json(client.redirectUris),
    grant_types: json(client.grantTypes),
    response_types: json(client.responseTypes),
    scopes: json(client.scopes),
    access_token_format: client.accessTokenFormat,
    id_token_algorithm: client.idTokenAlgorithm,
    audience: client.audience,
    compatibility: json(client.compatibility),
    metadata: json(client.metadata),
    enabled: flag(client.enabled),
    created_at: client.createdAt,
    updated_at: client.updatedAt,
    created_by: client.createdBy,
    modified_by: client.modifiedBy,
    is_suspended: flag(client.isSuspended),
    previous_secret_hash: client.previousSecret?.hash ?? null,
    previous_sealed_secret: client.previousSecret?.sealed ?? null,
    previous_secret_expires_at: client.previousSecret?.expiresAt ?? null,
    credentials_version: client.credentialsVersion,
    ...requestColumnsOf(client.scopeRequests),
  };
}

/** A row as its client. */
export function clientOf(row: ClientsTable): ClientRecord {
  return {
    id: row.id,
    name: row.name,
    secretHash: row.secret_hash,
    sealedSecret: row.sealed_secret,
    authenticationMethod: row.authentication_method as ClientRecord['authenticationMethod'],
    redirectUris: list(row.redirect_uris),
    grantTypes: list(row.grant_types) as ClientRecord['grantTypes'],
    responseTypes: list(row.response_types) as ClientRecord['responseTypes'],
    scopes: list(row.scopes),
    accessTokenFormat: row.access_token_format as ClientRecord['accessTokenFormat'],
    idTokenAlgorithm: row.id_token_algorithm as ClientRecord['idTokenAlgorithm'],
    audience: row.audience,
    compatibility: list(row.compatibility) as ClientRecord['compatibility'],
    metadata: object(row.metadata),
    enabled: isSet(row.enabled),
    isSuspended: isSet(row.is_suspended),
    createdBy: row.created_by,
    modifiedBy: row.modified_by,
    previousSecret: previousSecretOf(row),
    credentialsVersion: row.credentials_version,
    scopeRequests: scopeRequestsOf(row.scope_requests),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function previousSecretOf(row: ClientsTable): ClientRecord['previousSecret'] {
  const {
    previous_secret_hash: hash,
    previous_sealed_secret: sealed,
    previous_secret_expires_at: expiresAt,
  } = row;
  return hash === null || expiresAt === null ? null : { hash, sealed, expiresAt };
}
