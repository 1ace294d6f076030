import { OAuthError } from '@grantor/protocol';
import { authenticateClient } from '../client-auth/authenticate.js';
import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { AccessTokenReader } from '../issuance/access-token-reader.js';
import type { ClientStore, GrantStore } from '../storage/ports/index.js';
import type { Endpoint } from './endpoint.js';
import { readParameters } from './protocol-parameters.js';

export interface RevocationEndpointDependencies {
  readonly clients: ClientStore;
  readonly grants: GrantStore;
  readonly accessTokens: AccessTokenReader;
  readonly clock: Clock;
}

/**
 * `POST /oauth2/revoke` (RFC 7009 §2). A refresh token takes its whole grant with it (§2.1), and so
 * does a JWT access token, which nothing else could call back.
 */
export function revocationEndpoint(dependencies: RevocationEndpointDependencies): Endpoint {
  const { clients, grants, accessTokens, clock } = dependencies;
  return async ({ headers, body }) => {
    const parameters = readParameters(body);
    const client = await authenticateClient(clients, headers, parameters);
    const { token } = parameters;
    if (token === undefined) throw new OAuthError('invalid_request', "'token' is missing");
    const refreshToken = await grants.findRefreshToken(sha256(token));
    const found = refreshToken ?? (await accessTokens.read(token));
    // RFC 7009 §2.1: another client's token is left alone; §2.2: an unknown one needs no revoking.
    if (found === undefined || found.grant.clientId !== client.id) return done;
    if ('format' in found && found.format === 'opaque') await grants.deleteOpaqueAccessToken(sha256(token));
    else await grants.revoke(found.grant.id, clock());
    return done;
  };
}

const done = { kind: 'json', status: 200, body: undefined } as const;
