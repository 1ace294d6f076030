import type { AuthenticateClient } from '../client-auth/authenticate.js';
import { claimedClient } from '../client-auth/claimed-client.js';
import type { RefuseSelfRegistered } from '../clients/client-types.js';
import type {
  AuthenticatedRequest,
  ClientRedemption,
  Grant,
  PersonalRedemption,
  Redemption,
  Repetition,
} from '../grants/grant-type.js';
import { issueClientToken } from '../issuance/client-token.js';
import type { IssuanceDependencies } from '../issuance/dependencies.js';
import { issueTokens } from '../issuance/issue.js';
import { issuePersonalAccessToken } from '../issuance/personal-access-token.js';
import { OAuthError } from '../protocol/index.js';
import { forAllowedOrigin } from './allowed-origins.js';
import type { Endpoint } from './endpoint.js';
import { readProtocolRequest } from './protocol-request.js';
import type { RequestLimits } from './request-limits.js';

export interface TokenEndpointDependencies {
  readonly authenticate: AuthenticateClient;
  readonly grants: readonly Grant[];
  readonly issuance: IssuanceDependencies;
  readonly limits: RequestLimits;
  readonly refuseSelfRegistered: RefuseSelfRegistered;
}

/** `POST /oauth2/token` (RFC 6749 §3.2): read, authenticate, redeem, issue, commit. */
export function tokenEndpoint({
  authenticate,
  grants,
  issuance,
  limits,
  refuseSelfRegistered,
}: TokenEndpointDependencies): Endpoint {
  return async (incoming) => {
    const { address, note } = incoming;
    await limits.admit(address);
    const request = readProtocolRequest(incoming);
    note({ clientId: claimedClient(request) });
    const client = await authenticate(request, 'token');
    note({ clientId: client.id });
    await limits.admitClient(client, address);
    await refuseSelfRegistered(client);
    const authenticated = { ...request, client, noteUser: (userId: string) => note({ userId }) };
    const redemption = await grantFor(grants, authenticated).redeem(authenticated);
    return forAllowedOrigin(client, request.headers, {
      kind: 'json',
      status: 200,
      body: await answer(redemption),
    });
  };

  async function answer(
    redemption: Redemption | ClientRedemption | PersonalRedemption | Repetition,
  ): Promise<string> {
    if (redemption.kind === 'repetition') return redemption.body;
    if (redemption.kind === 'clientRedemption') {
      return redemption.commit(await issueClientToken(issuance, redemption));
    }
    if (redemption.kind === 'personalRedemption') {
      return redemption.commit(await issuePersonalAccessToken(issuance, redemption));
    }
    return redemption.commit(await issueTokens(issuance, redemption));
  }
}

function grantFor(grants: readonly Grant[], { client, parameters }: AuthenticatedRequest): Grant {
  if (parameters.grant_type === undefined) {
    throw new OAuthError('invalid_request', "'grant_type' is missing");
  }
  const grant = grants.find((candidate) => candidate.type === parameters.grant_type);
  if (grant === undefined) {
    const known = grants.map(({ type }) => `'${type}'`).join(' or ');
    throw new OAuthError('unsupported_grant_type', `'grant_type' must be ${known}`);
  }
  if (![grant.type, ...(grant.comesWith ?? [])].some((type) => client.grantTypes.includes(type))) {
    throw new OAuthError('unauthorized_client', `This app is not registered for grant type '${grant.type}'`);
  }
  return grant;
}
