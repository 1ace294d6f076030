import { isLoopbackHost } from '@grantor/protocol';
import { type MetadataProblem, partsOf, type ResponseType, redirectUriHost } from '../../protocol/index.js';
import type { ClientRecord } from '../../storage/ports/index.js';

import { assertionKeysProblem } from './signing-keys.js';

/** The input of the rules: a client after the change. */
export type ClientToCheck = Pick<
  ClientRecord,
  'authenticationMethod' | 'redirectUris' | 'grantTypes' | 'responseTypes' | 'metadata'
>;

/** Rules about several fields. Each rule checks the whole client, so that no order of changes avoids it. */
const rules: readonly ((client: ClientToCheck) => readonly MetadataProblem[])[] = [
  // RFC 7591 §2: redirect-based flows need a redirect URI.
  ({ responseTypes, redirectUris }) =>
    responseTypes.length > 0 && redirectUris.length === 0
      ? [
          {
            field: 'redirect_uris',
            message: 'must have at least one URI for these response_types',
            isEmpty: true,
          },
        ]
      : [],
  // RFC 7591 §2.1
  ({ responseTypes, grantTypes }) => {
    const missing = new Set(responseTypes.map(grantTypeFor).filter((type) => !grantTypes.includes(type)));
    return [...missing].flatMap((type) =>
      problem('grant_types', `must contain ${type} for these response_types`),
    );
  },
  // RFC 6749 §4.4: for confidential clients only.
  ({ grantTypes, authenticationMethod }) =>
    grantTypes.includes('client_credentials') && authenticationMethod === 'none'
      ? problem('grant_types', 'must not contain client_credentials for an app without credentials')
      : [],
  // RFC 6749 §6: a refresh token comes from another grant.
  ({ grantTypes }) =>
    grantTypes.every((type) => type === 'refresh_token')
      ? problem('grant_types', 'must contain more than refresh_token')
      : [],
  // RFC 7591 §2: jwks and jwks_uri must not both be present.
  ({ metadata }) =>
    metadata.jwks !== undefined && metadata.jwks_uri !== undefined
      ? problem('jwks', 'must not be sent together with jwks_uri')
      : [],
  needsKeys,
  authenticationAlgorithm,
  assertionKeys,
  // OpenID Connect Registration 1.0 §2: enc is registered only together with alg.
  ({ metadata }) =>
    (['id_token', 'userinfo'] as const).flatMap((kind) =>
      metadata[`${kind}_encrypted_response_enc`] !== undefined &&
      metadata[`${kind}_encrypted_response_alg`] === undefined
        ? problem(`${kind}_encrypted_response_enc`, `needs ${kind}_encrypted_response_alg`)
        : [],
    ),
  redirectUrisOfType,
  // OpenID Connect Core 1.0 §8.1: several hosts share a sector only if a document says so.
  ({ metadata, redirectUris }) =>
    metadata.subject_type === 'pairwise' &&
    metadata.sector_identifier_uri === undefined &&
    new Set(redirectUris.map(redirectUriHost)).size > 1
      ? problem(
          'sector_identifier_uri',
          'is required for pairwise subjects with redirect_uris on several hosts',
        )
      : [],
  // A client that authenticates with signatures would become as weak as one without credentials.
  ({ metadata, authenticationMethod }) =>
    metadata.allow_pkce === true && authenticationMethod.endsWith('_jwt')
      ? problem('allow_pkce', `must not be true together with ${authenticationMethod}`)
      : [],
  // OpenID Connect Front-Channel Logout 1.0 §2
  ({ metadata: { frontchannel_logout_uri: uri }, redirectUris }) =>
    uri !== undefined && !redirectUris.some((other) => URL.parse(other)?.origin === new URL(uri).origin)
      ? problem('frontchannel_logout_uri', 'must have the scheme, host and port of one of redirect_uris')
      : [],
];

/**
 * Returns what is wrong with a client as a whole.
 *
 * @param client as it would be registered; each single value is valid
 */
export function metadataProblems(client: ClientToCheck): readonly MetadataProblem[] {
  return rules.flatMap((rule) => rule(client));
}

function problem(field: string, message: string): readonly MetadataProblem[] {
  return [{ field, message }];
}

function grantTypeFor(type: ResponseType): 'authorization_code' | 'implicit' {
  return partsOf(type)?.code === true ? 'authorization_code' : 'implicit';
}

/** Signatures by the client and encryption for it need registered keys. */
function needsKeys({ authenticationMethod, metadata }: ClientToCheck): readonly MetadataProblem[] {
  if (metadata.jwks !== undefined || metadata.jwks_uri !== undefined) return [];
  const method: string = authenticationMethod;
  if (method === 'private_key_jwt') {
    return problem('token_endpoint_auth_method', 'private_key_jwt needs jwks or jwks_uri');
  }
  const signed = metadata.request_object_signing_alg;
  if (signed !== undefined && signed !== 'none') {
    return problem('request_object_signing_alg', 'needs jwks or jwks_uri');
  }
  const encrypted = (['id_token', 'userinfo'] as const)
    .map((kind) => `${kind}_encrypted_response_alg` as const)
    .find((name) => metadata[name] !== undefined);
  return encrypted === undefined ? [] : problem(encrypted, 'needs jwks or jwks_uri');
}

function assertionKeys({ authenticationMethod, metadata }: ClientToCheck): readonly MetadataProblem[] {
  const { jwks, token_endpoint_auth_signing_alg: registered } = metadata;
  if (authenticationMethod !== 'private_key_jwt' || jwks === undefined) return [];
  const message = assertionKeysProblem(jwks.keys, registered);
  return message === undefined ? [] : problem('jwks', message);
}

/** An assertion is signed with the credential of its method: a private key or the secret. */
function authenticationAlgorithm({
  authenticationMethod,
  metadata,
}: ClientToCheck): readonly MetadataProblem[] {
  const algorithm = metadata.token_endpoint_auth_signing_alg;
  const method: string = authenticationMethod;
  if (algorithm === undefined || !['private_key_jwt', 'client_secret_jwt'].includes(method)) return [];
  return algorithm.startsWith('HS') === (method === 'client_secret_jwt')
    ? []
    : problem('token_endpoint_auth_signing_alg', `is not an algorithm of ${method}`);
}

/**
 * OpenID Connect Registration 1.0 §2, `application_type`. A client without one has no such rule. RFC 8252 §7.2 also
 * allows native apps https: an address that the app has claimed.
 */
function redirectUrisOfType({
  metadata,
  redirectUris,
  grantTypes,
}: ClientToCheck): readonly MetadataProblem[] {
  const { application_type: type } = metadata;
  if (type === undefined) return [];
  return redirectUris.flatMap((uri, index) => {
    const url = URL.parse(uri);
    if (url === null) return [];
    const message = type === 'web' ? webProblem(url, grantTypes.includes('implicit')) : nativeProblem(url);
    return message === undefined ? [] : problem(`redirect_uris.${index}`, message);
  });
}

function webProblem({ protocol, hostname }: URL, implicit: boolean): string | undefined {
  if (protocol !== 'https:' && protocol !== 'http:') {
    return "must be a web address for application_type web; send application_type 'native' for an app scheme";
  }
  if (implicit && (protocol !== 'https:' || isLoopbackHost(hostname))) {
    return "must use https and not be on localhost for a web app with grant type 'implicit'";
  }
  return undefined;
}

function nativeProblem({ protocol, hostname }: URL): string | undefined {
  return protocol === 'https:' && isLoopbackHost(hostname)
    ? 'must use http on a loopback address: an app cannot claim an https address there'
    : undefined;
}
