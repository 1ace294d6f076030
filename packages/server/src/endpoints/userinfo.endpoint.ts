import type { Resources } from '../clients/resources.js';
import type { AccessTokenReader, LiveAccessToken } from '../issuance/access-token-reader.js';
import type { IssuanceDependencies } from '../issuance/issue.js';
import { issueUserinfo } from '../issuance/userinfo.js';
import { OAuthError, resourceKey } from '../protocol/index.js';
import { ForeignOrigin, forAllowedOrigin, type RefuseForeignOrigin } from './allowed-origins.js';
import { bearerChallenge, readBearerToken } from './bearer-token.js';
import { type Endpoint, type JsonResponse, json } from './endpoint.js';
import { readParameters } from './protocol-parameters.js';

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
  return async ({ method, headers, body, note }) => {
    try {
      const inHeader = readBearerToken(headers);
      // RFC 6750 §2.2: in the body of a form, which OpenID Connect Core 1.0 §5.3.1 allows.
      const inBody = method === 'POST' ? readParameters(body).access_token : undefined;
      if (inHeader !== undefined && inBody !== undefined) {
        throw new OAuthError('invalid_request', 'The access token is sent twice; send it in one place');
      }
      const token = inHeader ?? inBody;
      if (token === undefined) return json(401, undefined, bearerChallenge(issuer));
      const live = await accessTokens.read(token);
      if (live === undefined) {
        throw new OAuthError('invalid_token', 'The access token is unknown, expired or revoked');
      }
      note({ clientId: live.client.id, userId: live.kind === 'granted' ? live.account.id : undefined });
      refuseForeignOrigin(live.client, headers);
      return forAllowedOrigin(live.client, headers, await userinfoResponse(live));
    } catch (error) {
      if (error instanceof ForeignOrigin) throw error;
      if (error instanceof OAuthError) return refusal(error, issuer);
      throw error;
    }
  };

  async function userinfoResponse(live: LiveAccessToken): Promise<JsonResponse> {
    const own = [issuer, resources.audienceOf(live.client)].map(resourceKey);
    // RFC 9068 §4: the API that a token is meant for holds it too, and must not read the user's claims with it.
    if (!live.audience.some((audience) => own.includes(resourceKey(audience)))) {
      return refusal(
        new OAuthError(
          'invalid_token',
          `The access token is for another resource. Request one without 'resource', or with resource=${issuer}`,
        ),
        issuer,
      );
    }
    // A client's own token speaks for no user.
    if (live.kind === 'client' || !live.scopes.includes('openid')) {
      return refusal(
        new OAuthError('insufficient_scope', "The access token needs the scope 'openid'"),
        issuer,
      );
    }
    const userinfo = await issueUserinfo(issuance, live);
    return userinfo.kind === 'claims' ? json(200, userinfo.claims) : jwt(userinfo.jwt);
  }
}

/** OpenID Connect Core 1.0 §5.3.2 */
function jwt(body: string): JsonResponse {
  return { kind: 'json', status: 200, body, headers: { 'content-type': 'application/jwt' } };
}

function refusal(error: OAuthError, issuer: string): JsonResponse {
  return json(error.status, error.toBody(), bearerChallenge(issuer, error));
}
