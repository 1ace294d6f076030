import type { AccessTokenReader, LiveAccessToken } from '../issuance/access-token-reader.js';
import { resourceKey } from '../protocol/index.js';
import { type Developers, type Principal, personAs } from './principal.js';

export interface AccessTokenDependencies {
  readonly issuer: string;
  readonly accessTokens: AccessTokenReader;
  readonly developers: Developers;
}

/**
 * Whom an access token of ours speaks for: a person, whose role is what it is now, or an app for itself.
 *
 * @returns `otherAudience` for a token that was given for another API alone (RFC 9068 §4): whoever runs that API
 *   has it too, and is not to act here with it
 */
export async function principalOfAccessToken(
  { issuer, accessTokens, developers }: AccessTokenDependencies,
  token: string,
): Promise<Principal | 'otherAudience' | undefined> {
  const live = await accessTokens.read(token);
  if (live === undefined) return undefined;
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
  if (live.kind === 'granted') return personAs(live.account, developers, known);
  return {
    id: client.id,
    account: null,
    role: 'developer',
    actor: { type: 'client', id: client.id, name: client.name },
    isSigned: false,
    ...known,
  };
}
