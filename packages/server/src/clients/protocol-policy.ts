import {
  ClientMetadataError,
  type GrantType,
  grantTypes,
  OAuthError,
  partsOf,
  type ResponseType,
  responseTypes,
} from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';
import { type ClientTypeSettings, type Registrant, refuseClientType } from './client-types.js';

/** What this deployment allows, whatever a client is registered for. */
export interface ProtocolPolicy {
  readonly grantTypes: readonly GrantType[];
  readonly responseTypes: readonly ResponseType[];
  /** Whether every authorization request for a code needs PKCE, those of confidential clients included. */
  readonly requirePkce: boolean;
  /** Whether every authorization request must be a signed request object (RFC 9101 §10.5). */
  readonly requireSignedRequestObjects: boolean;
  readonly clientTypes: ClientTypeSettings;
}

/** The settings that the policy is derived from. */
export interface ProtocolPolicySettings extends ClientTypeSettings {
  readonly allowedGrantTypes: readonly GrantType[];
  readonly allowedResponseTypes: 'all' | 'code';
  readonly requirePkce: 'on' | 'off';
  readonly requireSignedRequestObjects: 'on' | 'off';
}

/**
 * Derives the policy from the settings. For example, without implicit and hybrid responses there is no grant type
 * `implicit`.
 *
 * @param missing the grant types that this server does not have
 */
export function createProtocolPolicy(
  settings: ProtocolPolicySettings,
  missing: readonly GrantType[] = [],
): ProtocolPolicy {
  const { allowedGrantTypes: allowed, allowedResponseTypes, requirePkce } = settings;
  const isAllowed = (type: GrantType) => allowed.includes(type) && !missing.includes(type);
  const types = Object.keys(responseTypes) as ResponseType[];
  return {
    grantTypes: grantTypes.filter(
      (type) => isAllowed(type) && (type !== 'implicit' || allowedResponseTypes === 'all'),
    ),
    responseTypes: types.filter((type) => {
      if (type !== 'code' && allowedResponseTypes === 'code') return false;
      return isAllowed(partsOf(type)?.code === true ? 'authorization_code' : 'implicit');
    }),
    requirePkce: requirePkce === 'on',
    requireSignedRequestObjects: settings.requireSignedRequestObjects === 'on',
    clientTypes: settings,
  };
}

/** The grant types of a client that names none. */
export function defaultGrantTypes(policy: ProtocolPolicy): readonly GrantType[] {
  return issuesRefreshTokens(policy) ? ['authorization_code', 'refresh_token'] : ['authorization_code'];
}

/** Without refresh tokens, `offline_access` has no meaning either (OpenID Connect Core 1.0 §11). */
export function issuesRefreshTokens({ grantTypes: allowed }: Pick<ProtocolPolicy, 'grantTypes'>): boolean {
  return allowed.includes('refresh_token');
}

/**
 * Refuses fields that a registration or a change adds and this deployment does not allow. Values that the client had
 * before may stay in its registration, but have no effect.
 *
 * @param registrant who makes the registration or the change
 * @param before undefined for a new client
 * @throws ClientMetadataError naming each field
 */
export function refuseForbiddenMetadata(
  policy: ProtocolPolicy,
  registrant: Registrant,
  before: ClientRecord | undefined,
  after: ClientRecord,
): void {
  refuseClientType(policy.clientTypes, registrant, before, after);
  const added = <T>(values: readonly T[], old: readonly T[] = []) =>
    values.filter((value) => !old.includes(value));
  const forbiddenGrants = added(after.grantTypes, before?.grantTypes).filter(
    (type) => !policy.grantTypes.includes(type),
  );
  const forbiddenResponses = added(after.responseTypes, before?.responseTypes).filter(
    (type) => !policy.responseTypes.includes(type),
  );
  const withoutPkce =
    policy.requirePkce &&
    added(after.compatibility, before?.compatibility).includes('allow_code_without_pkce');
  const unsigned =
    policy.requireSignedRequestObjects &&
    after.metadata.request_object_signing_alg === 'none' &&
    before?.metadata.request_object_signing_alg !== 'none';
  const problems = [
    ...forbiddenGrants.map((type) => ({
      field: 'grant_types',
      message: `must not contain ${type}, which this server does not allow`,
    })),
    ...forbiddenResponses.map((type) => ({
      field: 'response_types',
      message: `must not contain ${type}, which this server does not allow`,
    })),
    ...(withoutPkce
      ? [
          {
            field: 'compatibility.allow_code_without_pkce',
            message: 'must be false: this server requires PKCE',
          },
        ]
      : []),
    ...(unsigned
      ? [
          {
            field: 'request_object_signing_alg',
            message: 'must not be none: this server requires signed request objects',
          },
        ]
      : []),
  ];
  if (problems.length > 0) throw new ClientMetadataError(problems);
}

/**
 * Refuses an authorization request that this deployment does not allow.
 *
 * @throws OAuthError `unsupported_response_type`, or `invalid_request` if PKCE is missing (RFC 7636 §4.4.1)
 */
export function refuseForbiddenRequest(
  policy: ProtocolPolicy,
  request: { readonly responseType: ResponseType; readonly codeChallenge: string | undefined },
): void {
  if (!policy.responseTypes.includes(request.responseType)) {
    const known = policy.responseTypes.join("', '");
    throw new OAuthError('unsupported_response_type', `'response_type' must be one of '${known}'`);
  }
  const hasCode = partsOf(request.responseType)?.code === true;
  if (policy.requirePkce && hasCode && request.codeChallenge === undefined) {
    throw new OAuthError(
      'invalid_request',
      "'code_challenge' is missing; this server requires PKCE of every app",
    );
  }
}
