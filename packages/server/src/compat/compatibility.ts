import { type ApiFormat, plainApiFormat } from '../api/api.js';
import { type ClientFormat, plainClientFormat } from '../api/client-representation.js';
import type { SecurityScheme } from '../api/openapi/security.js';
import type { Operation } from '../api/operation.js';
import type { Grant } from '../grants/grant-type.js';
import type { CallerCredential } from '../principals/authenticate-caller.js';
import type { GrantType } from '../protocol/index.js';

/** What a compatibility mode adds to the server. Other folders do not know the modes. */
export interface Compatibility {
  /** Credentials that callers of the management API may use, in addition to those of the server. */
  readonly credentials: readonly CallerCredential[];
  /** How the API description names these credentials. */
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  readonly grants: readonly Grant[];
  readonly operations: readonly Operation[];
  /** How the management API reads and represents apps. */
  readonly clientFormat: ClientFormat;
  /** How the management API reads queries and reports invalid fields. */
  readonly apiFormat: ApiFormat;
  /** Scopes of the catalogue that API keys can have, in addition to those of the management API. */
  readonly keyScopes: readonly string[];
  /** Further paths of an endpoint or operation. */
  readonly aliasesOf: (path: string) => readonly string[];
}

/** A server without a compatibility mode. */
export const noCompatibility: Compatibility = {
  credentials: [],
  securitySchemes: {},
  grants: [],
  operations: [],
  clientFormat: plainClientFormat,
  apiFormat: plainApiFormat,
  keyScopes: [],
  aliasesOf: () => [],
};

/** The grant types that need a compatibility mode. */
export const compatibilityGrantTypes: readonly GrantType[] = ['personal_access_token'];

/** A route or an operation with its further paths. */
export function withAliases<Addressed extends { readonly paths: readonly string[] }>(
  addressed: Addressed,
  aliasesOf: Compatibility['aliasesOf'],
): Addressed {
  return { ...addressed, paths: [...addressed.paths, ...addressed.paths.flatMap(aliasesOf)] };
}
