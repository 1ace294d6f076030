import type { CreateEvent } from '../audit/events.js';
import type { AuthenticateClient } from '../client-auth/authenticate.js';
import { claimedClient } from '../client-auth/claimed-client.js';
import type { Clock } from '../crypto/clock.js';
import type { AccessTokenReader, LiveAccessToken } from '../issuance/access-token-reader.js';
import { refreshTokenName } from '../issuance/refresh-token.js';
import { OAuthError } from '../protocol/index.js';
import type { ClientTokenStore, GrantStore, RevokedTokenStore } from '../storage/ports/index.js';
import { forAllowedOrigin } from './allowed-origins.js';
import { type Endpoint, json } from './endpoint.js';
import { paths } from './paths.js';
import { grantRevokedEvent } from './protocol-events.js';
import { readProtocolRequest } from './protocol-request.js';
import { clientAuthenticationMetadata, type DescribeMetadata } from './server-metadata.js';

export interface RevocationEndpointDependencies {
  readonly authenticate: AuthenticateClient;
  readonly grants: GrantStore;
  readonly clientTokens: ClientTokenStore;
  readonly revokedTokens: RevokedTokenStore;
  readonly accessTokens: AccessTokenReader;
  readonly createEvent: CreateEvent;
  readonly clock: Clock;
}

/**
 * `POST /oauth2/revoke` (RFC 7009 §2). Revoking a refresh token ends its grant with all its access tokens (§2.1).
 * Revoking an access token, of either format, ends only that token. The audit trail has the end of a grant, but neither
 * the issuance nor the revocation of a single access token. `token_type_hint` is ignored: a token is found without it.
 */
export function revocationEndpoint(dependencies: RevocationEndpointDependencies): Endpoint {
  const { authenticate, grants, clientTokens, revokedTokens, accessTokens, createEvent, clock } =
    dependencies;

  async function endAccessToken(live: LiveAccessToken, address: string): Promise<void> {
    // This grant has no other token.
    if (live.kind === 'granted' && live.grant.origin.kind === 'developer') {
      await grants.revoke(
        live.grant.id,
        clock(),
        grantRevokedEvent(createEvent, live.client, live.grant, address),
      );
    } else if (live.format === 'jwt') await revokedTokens.add(live.id, live.expiresAt);
    else if (live.kind === 'client') await clientTokens.delete(live.id);
    else await grants.deleteOpaqueAccessToken(live.id);
  }

  return async (incoming) => {
    const { note } = incoming;
    const request = readProtocolRequest(incoming);
    const { headers, parameters, address } = request;
    note({ clientId: claimedClient(request) });
    const client = await authenticate(request);
    note({ clientId: client.id });
    // RFC 7009 §2.2 leaves the body open. Some clients parse every response as JSON and fail on an empty one.
    const done = forAllowedOrigin(client, headers, json(200, {}));
    const { token } = parameters;
    if (token === undefined) throw new OAuthError('invalid_request', "'token' is missing");
    const refreshToken = await grants.findRefreshToken(refreshTokenName(token));
    if (refreshToken !== undefined) {
      // RFC 7009 §2.1: a client cannot revoke the token of another.
      const { grant } = refreshToken;
      if (grant.clientId === client.id) {
        await grants.revoke(grant.id, clock(), grantRevokedEvent(createEvent, client, grant, address));
      }
      return done;
    }
    const live = await accessTokens.read(token);
    // RFC 7009 §2.2: an unknown token is a success too.
    if (live?.client.id === client.id) await endAccessToken(live, address);
    return done;
  };
}

export const revocationMetadata: DescribeMetadata = ({ issuer }) => ({
  revocation_endpoint: issuer + paths.revocation[0],
  ...clientAuthenticationMetadata('revocation_endpoint'),
});
