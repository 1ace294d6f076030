import type { AccessTokenReader, LiveAccessToken } from '../issuance/access-token-reader.js';
import { resourceKey } from '../protocol/index.js';
import { type Developers, type Principal, principalOfUser } from './principal.js';

export interface AccessTokenDependencies {
  readonly issuer: string;
  readonly accessTokens: AccessTokenReader;
  readonly developers: Developers;
}

/**
 * The principal of an access token: a user with their current role, or an app that acts for itself.
 *
 * @returns `otherAudience` for a token for another API only (RFC 9068 §4): that API has the token too and must not use it
 *   here
 */
export async function principalOfAccessToken(
  { issuer, accessTokens, developers }: AccessTokenDependencies,
  token: string,
): Promise<Principal | 'otherAudience' | undefined> {
  const live = await accessTokens.read(token);
  // RFC 9449 §7.2: a bound token is not valid without the proof, which is not supported here yet.
  if (live?.binding !== 'none') return undefined;
  const own = resourceKey(issuer);
  if (!live.audience.some((audience) => resourceKey(audience) === own)) return 'otherAudience';
  return principalOf(live, developers);
}

function principalOf(live: LiveAccessToken, developers: Developers): Principal {
  const { client, scopes, expiresAt, format, id } = live;
  const grantId = live.kind === 'granted' ? live.grant.id : null;
  const known = {
    scopes: new Set(scopes),
    credential: { kind: 'access_token', client, grantId, token: { format, id } },
    via: `access_token:${client.id}`,
    expiresAt,
  } as const;
  if (live.kind === 'granted') return principalOfUser(live.account, developers, known);
  return {
    id: client.id,
    account: null,
    role: 'developer',
    actor: { type: 'client', id: client.id, name: client.name },
    isDerived: false,
    ...known,
  };
}
