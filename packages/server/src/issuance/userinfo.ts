import type { GrantedAccessToken } from './access-token-reader.js';
import type { IssuanceDependencies } from './dependencies.js';
import { encryptFor, wantsEncrypted } from './encrypt.js';
import { userClaims } from './user-claims.js';

/** The response of the userinfo endpoint: claims, or a JWT with the claims. */
export type Userinfo =
  | { readonly kind: 'claims'; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly kind: 'jwt'; readonly jwt: string };

/**
 * The claims of the user that the scopes and the `claims` parameter (§5.5) allow, in the format that the client is registered
 * for (OpenID Connect Core 1.0 §5.3.2).
 *
 * @throws OAuthError if the user does not exist any more, or the response must be encrypted and cannot be
 */
export async function issueUserinfo(
  dependencies: IssuanceDependencies,
  { account: recorded, client, grant, scopes }: GrantedAccessToken,
): Promise<Userinfo> {
  const account = await dependencies.currentClaims(recorded);
  const asked = Object.keys(grant.details.claims?.userinfo ?? {});
  const claims = {
    sub: dependencies.subjectOf(account, client),
    ...(await userClaims(dependencies, account, scopes, asked)),
  };
  const { userinfo_signed_response_alg: algorithm } = client.metadata;
  if (algorithm === undefined && !wantsEncrypted(client, 'userinfo')) return { kind: 'claims', claims };
  const { issuer, keyring, clientKeys, clock } = dependencies;
  // §5.3.2: a signed response has `iss` and `aud`.
  const named = { ...claims, iss: issuer, aud: client.id };
  const isJwt = algorithm !== undefined;
  const text = isJwt
    ? await keyring.sign(algorithm, 'JWT', { ...named, iat: clock() })
    : JSON.stringify(named);
  return { kind: 'jwt', jwt: await encryptFor(clientKeys, client, 'userinfo', { text, isJwt }) };
}
