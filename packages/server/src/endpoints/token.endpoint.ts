import type { AuthenticateClient } from '../client-auth/authenticate.js';
import { claimedClient } from '../client-auth/claimed-client.js';
import type { RefuseSelfRegistered } from '../clients/client-types.js';
import type { AuthenticatedRequest, Grant } from '../grants/grant-type.js';
import type { IssuanceDependencies } from '../issuance/dependencies.js';
import { issue } from '../issuance/issue.js';
import { OAuthError } from '../protocol/index.js';
import { forAllowedOrigin } from './allowed-origins.js';
import type { Endpoint } from './endpoint.js';
import { paths } from './paths.js';
import { readProtocolRequest } from './protocol-request.js';
import type { RequestLimits } from './request-limits.js';
import { clientAuthenticationMetadata, type DescribeMetadata } from './server-metadata.js';

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
    const body = await respondTo({
      ...request,
      client,
      // The binding of every token of a token request: no proof of possession is supported yet.
      binding: 'none',
      noteUser: (userId) => note({ userId }),
    });
    return forAllowedOrigin(client, request.headers, { kind: 'json', status: 200, body });
  };

  async function respondTo(request: AuthenticatedRequest): Promise<string> {
    const redemption = await grantFor(grants, request).redeem(request);
    if (redemption.kind === 'repetition') return redemption.body;
    const { subject, wants } = redemption;
    const { response, records } = await issue(issuance, subject, wants, request.binding);
    return redemption.commit(records, JSON.stringify(response));
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

export const tokenMetadata: DescribeMetadata = ({ issuer, policy }) => ({
  token_endpoint: issuer + paths.token[0],
  grant_types_supported: policy.grantTypes,
  ...clientAuthenticationMetadata('token_endpoint'),
});
