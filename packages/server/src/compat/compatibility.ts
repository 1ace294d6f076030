import type { SecurityScheme } from '../api/openapi/security.js';
import type { Operation } from '../api/operation.js';
import type { Grant } from '../grants/grant-type.js';
import type { CallerCredential } from '../principals/authenticate-caller.js';
import type { GrantType } from '../protocol/index.js';

/** What a compatibility mode adds to the server. The server itself knows none of it. */
export interface Compatibility {
  /** Credentials that callers of the management API may use, in addition to those of the server. */
  readonly credentials: readonly CallerCredential[];
  /** How the API description names these credentials. */
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>;
  readonly grants: readonly Grant[];
  readonly operations: readonly Operation[];
  /** Further paths of an endpoint or operation. */
  readonly aliasesOf: (path: string) => readonly string[];
}

/** A server without a compatibility mode. */
export const noCompatibility: Compatibility = {
  credentials: [],
  securitySchemes: {},
  grants: [],
  operations: [],
  aliasesOf: () => [],
};

/** The grant types that need a compatibility mode. */
export const compatibilityGrantTypes: readonly GrantType[] = ['personal_access_token'];
