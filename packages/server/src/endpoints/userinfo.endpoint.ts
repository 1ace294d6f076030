import type { Resources } from '../clients/resources.js';
import type { AccessTokenReader, LiveAccessToken } from '../issuance/access-token-reader.js';
import type { IssuanceDependencies } from '../issuance/dependencies.js';
import { issueUserinfo } from '../issuance/userinfo.js';
import {
  bearerChallenge,
  bearerErrorChallenge,
  contentEncryptionAlgorithms,
  type ErrorCode,
  keyEncryptionAlgorithms,
  OAuthError,
  type ProtocolRequest,
  readBearerToken,
  resourceKey,
} from '../protocol/index.js';
import {
  allowedOriginHeaders,
  ForeignOrigin,
  forAllowedOrigin,
  type RefuseForeignOrigin,
} from './allowed-origins.js';
import { type Endpoint, type JsonResponse, json } from './endpoint.js';
import { paths } from './paths.js';
import { readProtocolRequest } from './protocol-request.js';
import type { DescribeMetadata } from './server-metadata.js';

export interface UserinfoEndpointDependencies {
  readonly accessTokens: AccessTokenReader;
  readonly issuance: IssuanceDependencies;
  readonly resources: Pick<Resources, 'audienceOf'>;
  readonly refuseForeignOrigin: RefuseForeignOrigin;
}

/** `GET|POST /oauth2/userinfo` (OpenID Connect Core 1.0 §5.3): the claims that the scopes of the token allow. */
export function userinfoEndpoint(dependencies: UserinfoEndpointDependencies): Endpoint {
  const { accessTokens, issuance, resources, refuseForeignOrigin } = dependencies;
  const { issuer } = issuance;
  return async (incoming) => {
    try {
      const request = readProtocolRequest(incoming);
      const token = tokenOf(request);
      if (token === undefined) {
        return { kind: 'json', status: 401, body: undefined, challenge: bearerChallenge };
      }
      const live = await accessTokens.read(token);
      // RFC 9449 §7.2: a bound token is not valid without the proof, which is not supported here yet.
      if (live?.binding !== 'none') {
        throw new OAuthError('invalid_token', 'The access token is unknown, expired or revoked');
      }
      incoming.note({
        clientId: live.client.id,
        userId: live.kind === 'granted' ? live.account.id : undefined,
      });
      refuseForeignOrigin(live.client, request);
      return forAllowedOrigin(live.client, request.headers, await claimsFor(live, request.headers));
    } catch (error) {
      throw withChallenge(error);
    }
  };

  async function claimsFor(live: LiveAccessToken, headers: Headers): Promise<JsonResponse> {
    const refusal = (code: ErrorCode, description: string) =>
      new OAuthError(code, description, { headers: allowedOriginHeaders(live.client, headers) });
    const own = [issuer, resources.audienceOf(live.client)].map(resourceKey);
    // RFC 9068 §4: the API that a token is meant for holds it too, and must not read the user's claims with it.
    if (!live.audience.some((audience) => own.includes(resourceKey(audience)))) {
      throw refusal(
        'invalid_token',
        `The access token is for another resource. Request one without 'resource', or with resource=${issuer}`,
      );
    }
    // An access token that a client got for itself has no user.
    if (live.kind === 'client' || !live.scopes.includes('openid')) {
      throw refusal('insufficient_scope', "The access token needs the scope 'openid'");
    }
    const userinfo = await issueUserinfo(issuance, live);
    return userinfo.kind === 'claims' ? json(200, userinfo.claims) : jwt(userinfo.jwt);
  }
}

/** The access token of a request, in its header or in the body of a form (RFC 6750 §2.1, §2.2). */
function tokenOf({ headers, parameters }: ProtocolRequest): string | undefined {
  const inHeader = readBearerToken(headers);
  // OpenID Connect Core 1.0 §5.3.1
  const inBody = parameters.access_token;
  if (inHeader !== undefined && inBody !== undefined) {
    throw new OAuthError('invalid_request', 'The access token is sent twice; send it in one place');
  }
  return inHeader ?? inBody;
}

/** OpenID Connect Core 1.0 §5.3.3: every refusal is one of RFC 6750 §3, whatever its code. */
function withChallenge(error: unknown): unknown {
  if (!(error instanceof OAuthError) || error instanceof ForeignOrigin) return error;
  const { code, description, status, internal, headers, cause } = error;
  const challenge = bearerErrorChallenge(code, description);
  return new OAuthError(code, description, { status, internal, headers, cause, challenge });
}

/** OpenID Connect Core 1.0 §5.3.2 */
function jwt(body: string): JsonResponse {
  return { kind: 'json', status: 200, body, headers: { 'content-type': 'application/jwt' } };
}

export const userinfoMetadata: DescribeMetadata = ({ issuer, algorithms }) => ({
  userinfo_endpoint: issuer + paths.userinfo[0],
  userinfo_signing_alg_values_supported: algorithms,
  userinfo_encryption_alg_values_supported: keyEncryptionAlgorithms,
  userinfo_encryption_enc_values_supported: contentEncryptionAlgorithms,
});
