import type { SubjectOf } from '../accounts/subject.js';
import type { AuthenticateClient } from '../client-auth/authenticate.js';
import { claimedClient, namesClient } from '../client-auth/claimed-client.js';
import type { Clock } from '../crypto/clock.js';
import type { AccessTokenReader, LiveAccessToken } from '../issuance/access-token-reader.js';
import { authenticationOf } from '../issuance/authentication.js';
import { confirmationOf, tokenTypeOf } from '../issuance/binding.js';
import { refreshTokenName } from '../issuance/refresh-token.js';
import type { Keyring } from '../keys/keyring.js';
import {
  clientAuthenticationMethods,
  formatScope,
  OAuthError,
  resourceKey,
  type SigningAlgorithm,
} from '../protocol/index.js';
import type { ClientRecord, GrantStore } from '../storage/ports/index.js';
import { forAllowedOrigin } from './allowed-origins.js';
import { type Endpoint, type JsonResponse, json } from './endpoint.js';
import type { IntrospectWithoutCredentials } from './introspection-without-credentials.js';
import { paths } from './paths.js';
import { readProtocolRequest } from './protocol-request.js';
import type { RequestLimits } from './request-limits.js';
import { clientAuthenticationMetadata, type DescribeMetadata } from './server-metadata.js';

export interface IntrospectionEndpointDependencies {
  readonly issuer: string;
  readonly authenticate: AuthenticateClient;
  readonly accessTokens: AccessTokenReader;
  readonly grants: GrantStore;
  readonly keyring: Keyring;
  readonly subjectOf: SubjectOf;
  readonly withoutCredentials: IntrospectWithoutCredentials;
  readonly clock: Clock;
  readonly limits: RequestLimits;
}

/** The media type of a signed response, and its `typ` (RFC 9701 §5). */
const JWT_TYPE = 'token-introspection+jwt';
const JWT_MEDIA_TYPE = `application/${JWT_TYPE}`;

/** RFC 9701 §6: the algorithm for a client that registered none. */
const DEFAULT_ALGORITHM: SigningAlgorithm = 'RS256';

/** The response about a token (RFC 7662 §2.2). Of an inactive token, or one that the caller must not know, it has only `active`. */
type Introspection = Readonly<Record<string, unknown>>;
const INACTIVE: Introspection = { active: false };

/**
 * `POST /oauth2/introspect` (RFC 7662): whether a token is active, and for which user, client, scopes and resources.
 *
 * A client may introspect its own tokens, and access tokens for a resource that the operator has registered it to serve
 * (`protected_resources`). It learns nothing about any other token (RFC 7662 §4, RFC 9701 §5).
 */
export function introspectionEndpoint(dependencies: IntrospectionEndpointDependencies): Endpoint {
  const {
    issuer,
    authenticate,
    withoutCredentials,
    accessTokens,
    grants,
    keyring,
    subjectOf,
    clock,
    limits,
  } = dependencies;

  return async (incoming) => {
    const { address, note } = incoming;
    await limits.admit(address);
    const request = readProtocolRequest(incoming);
    const { headers, parameters } = request;
    note({ clientId: claimedClient(request) });
    if (!namesClient(request)) {
      const response = await withoutCredentials(request);
      if (response !== undefined) return response;
    }
    const caller = await authenticate(request);
    note({ clientId: caller.id });
    await limits.admitClient(caller, address);
    // RFC 7662 §2.1: the endpoint must require authorization. The ID of a public client is enough to scan for tokens.
    if (caller.authenticationMethod === 'none') {
      throw new OAuthError('invalid_client', 'An app without credentials cannot introspect tokens');
    }
    const { token, token_type_hint: hint } = parameters;
    if (token === undefined) throw new OAuthError('invalid_request', "'token' is missing");
    // RFC 7662 §2.1: a hint only decides which kind is searched first.
    const searches = [aboutAccessToken, aboutRefreshToken];
    if (hint === 'refresh_token') searches.reverse();
    let found: Introspection | undefined;
    for (const search of searches) found ??= await search(token, caller);
    return forAllowedOrigin(caller, headers, await introspectionResponse(headers, caller, found ?? INACTIVE));
  };

  /** @returns undefined where it is not an active access token */
  async function aboutAccessToken(token: string, caller: ClientRecord): Promise<Introspection | undefined> {
    const live = await accessTokens.read(token);
    if (live === undefined) return undefined;
    if (live.client.id !== caller.id && !serves(caller, live)) return INACTIVE;
    const { scopes, audience, client, binding } = live;
    return {
      active: true,
      iss: issuer,
      sub: live.kind === 'client' ? client.id : subjectOf(live.account, client),
      aud: audience.length === 1 ? audience[0] : audience,
      client_id: client.id,
      token_type: tokenTypeOf(binding),
      scope: scopes.length === 0 ? undefined : formatScope(scopes),
      iat: live.issuedAt === 0 ? undefined : live.issuedAt,
      exp: live.expiresAt,
      auth_time: live.kind === 'client' ? undefined : authenticationOf(live.grant.origin)?.authTime,
      jti: live.format === 'jwt' ? live.id : undefined,
      cnf: confirmationOf(binding), // RFC 8705 §3.2, RFC 9449 §6.2
    };
  }

  /** Only the client of a refresh token may introspect it. */
  async function aboutRefreshToken(token: string, caller: ClientRecord): Promise<Introspection | undefined> {
    const found = await grants.findRefreshToken(refreshTokenName(token));
    if (found === undefined) return undefined;
    const { token: record, grant, account } = found;
    const { clientId, revokedAt } = grant;
    if (clientId !== caller.id || revokedAt !== null || account.disabledAt !== null) return INACTIVE;
    if (record.state === 'spent' || record.expiresAt <= clock()) return INACTIVE;
    return {
      active: true,
      iss: issuer,
      sub: subjectOf(account, caller),
      client_id: caller.id,
      scope: formatScope(grant.scopes),
      iat: record.createdAt,
      exp: record.expiresAt,
    };
  }

  async function introspectionResponse(
    headers: Headers,
    caller: ClientRecord,
    introspection: Introspection,
  ): Promise<JsonResponse> {
    if (!asksForJwt(headers.get('accept'))) return json(200, introspection);
    const algorithm = caller.metadata.introspection_signed_response_alg ?? DEFAULT_ALGORITHM;
    // RFC 9701 §5: without `sub` and `exp` outside `token_introspection`, so that it cannot pass for a token.
    const body = await keyring.sign(algorithm, JWT_TYPE, {
      iss: issuer,
      aud: caller.id,
      iat: clock(),
      token_introspection: introspection,
    });
    return { kind: 'json', status: 200, body, headers: { 'content-type': JWT_MEDIA_TYPE } };
  }
}

/** Whether the token is for a resource that the client serves. */
function serves(client: ClientRecord, { audience }: LiveAccessToken): boolean {
  const served = new Set((client.metadata.protected_resources ?? []).map(resourceKey));
  return audience.some((name) => served.has(resourceKey(name)));
}

/** Whether the Accept header names the signed response, and does not refuse it (RFC 9110 §12.5.1). */
function asksForJwt(accept: string | null): boolean {
  return (accept ?? '').split(',').some((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    return type === JWT_MEDIA_TYPE && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

export const introspectionMetadata: DescribeMetadata = ({ issuer, algorithms }) => ({
  introspection_endpoint: issuer + paths.introspection[0],
  ...clientAuthenticationMetadata(
    'introspection_endpoint',
    clientAuthenticationMethods.filter((method) => method !== 'none'),
  ),
  introspection_signing_alg_values_supported: algorithms, // RFC 9701 §7
});
