import {
  ClientMetadataError,
  type GrantType,
  type MetadataProblem,
  OAuthError,
  type ResponseType,
} from '../protocol/index.js';
import type { ClientRecord, DynamicClientStore } from '../storage/ports/index.js';

/** Who registers or changes a client. `client` is the client itself (RFC 7591, RFC 7592). */
export type Registrant = 'administrator' | 'developer' | 'client';

/** `public-code`: only clients without credentials that get codes. */
export type ClientTypeLimit = 'all' | 'public-code';

/** The client types that each registrant may register; administrators may register all. */
export interface ClientTypeSettings {
  readonly developerClientTypes: ClientTypeLimit;
  readonly registrationClientTypes: ClientTypeLimit;
}

const PUBLIC_CODE: {
  readonly grantTypes: readonly GrantType[];
  readonly responseTypes: readonly ResponseType[];
} = { grantTypes: ['authorization_code', 'refresh_token'], responseTypes: ['code'] };

/**
 * Refuses types that a registration or a change adds and this registrant may not register. A client keeps the types
 * that it has, since an administrator may have allowed them.
 *
 * @param before undefined for a new client
 * @throws ClientMetadataError naming each field
 */
export function refuseClientType(
  settings: ClientTypeSettings,
  registrant: Registrant,
  before: ClientRecord | undefined,
  after: ClientRecord,
): void {
  if (!isLimited(settings, registrant)) return;
  const problems: MetadataProblem[] = [];
  const { grantTypes, responseTypes } = PUBLIC_CODE;
  if (before === undefined && after.authenticationMethod !== 'none') {
    const message = 'must be none: this server lets you register only apps without credentials';
    problems.push({ field: 'token_endpoint_auth_method', message });
  }
  if (after.grantTypes.some((type) => !grantTypes.includes(type) && !before?.grantTypes.includes(type))) {
    const message =
      'must contain only authorization_code and refresh_token: this server lets you register no other';
    problems.push({ field: 'grant_types', message });
  }
  if (
    after.responseTypes.some((type) => !responseTypes.includes(type) && !before?.responseTypes.includes(type))
  ) {
    const message = 'must contain only code: this server lets you register no other';
    problems.push({ field: 'response_types', message });
  }
  if (problems.length > 0) throw new ClientMetadataError(problems);
}

function isLimited(settings: ClientTypeSettings, registrant: Registrant): boolean {
  if (registrant === 'administrator') return false;
  const limit = registrant === 'client' ? settings.registrationClientTypes : settings.developerClientTypes;
  return limit === 'public-code';
}

/**
 * Refuses a self-registered client whose type the operator has forbidden since. A client that an administrator has
 * changed since is allowed.
 *
 * @param responseType of an authorization request; undefined at the token endpoint
 * @throws OAuthError `unauthorized_client`
 */
export type RefuseSelfRegistered = (client: ClientRecord, responseType?: ResponseType) => Promise<void>;

export function createRefuseSelfRegistered(
  settings: ClientTypeSettings,
  clients: Pick<DynamicClientStore, 'isDynamic'>,
): RefuseSelfRegistered {
  return async (client, responseType = 'code') => {
    const isPublicCode =
      client.authenticationMethod === 'none' && PUBLIC_CODE.responseTypes.includes(responseType);
    if (isPublicCode || !isLimited(settings, 'client') || client.modifiedBy !== null) return;
    if (!(await clients.isDynamic(client.id))) return;
    throw new OAuthError(
      'unauthorized_client',
      'Apps that registered themselves must use codes and have no secret here; ask an administrator to approve this app',
    );
  };
}
