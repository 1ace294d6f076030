import { OAuthError } from '@grantor/protocol';
import type { AccessTokenReader } from '../issuance/access-token-reader.js';
import type { IssuanceDependencies } from '../issuance/issue.js';
import { issueUserinfo } from '../issuance/userinfo.js';
import { ForeignOrigin, forAllowedOrigin, type RefuseForeignOrigin } from './allowed-origins.js';
import { bearerChallenge, readBearerToken } from './bearer-token.js';
import { type Answer, type Endpoint, type JsonAnswer, json } from './endpoint.js';
import { readParameters } from './protocol-parameters.js';

/** `GET|POST /oauth2/userinfo` (OpenID Connect Core 1.0 §5.3): what the scopes may know of the person. */
export function userinfoEndpoint(
  accessTokens: AccessTokenReader,
  issuance: IssuanceDependencies,
  refuseForeignOrigin: RefuseForeignOrigin,
): Endpoint {
  const { issuer } = issuance;
  return async ({ method, headers, body }) => {
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
      refuseForeignOrigin(live.client, headers);
      // A client's own token is about nobody.
      if (live.kind === 'client' || !live.scopes.includes('openid')) {
        throw new OAuthError('insufficient_scope', "The access token needs the scope 'openid'");
      }
      const userinfo = await issueUserinfo(issuance, live);
      const answer = userinfo.kind === 'claims' ? json(200, userinfo.claims) : jwt(userinfo.jwt);
      return forAllowedOrigin(live.client, headers, answer);
    } catch (error) {
      if (error instanceof ForeignOrigin) throw error;
      if (error instanceof OAuthError) return refusal(error, issuer);
      throw error;
    }
  };
}

/** OpenID Connect Core 1.0 §5.3.2 */
function jwt(body: string): JsonAnswer {
  return { kind: 'json', status: 200, body, headers: { 'content-type': 'application/jwt' } };
}

function refusal(error: OAuthError, issuer: string): Answer {
  return json(error.status, error.toBody(), bearerChallenge(issuer, error));
}
