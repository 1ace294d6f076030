import { claimsFor } from '../accounts/claims.js';
import type { GrantedAccessToken } from './access-token-reader.js';
import type { IssuanceDependencies } from './dependencies.js';
import { encryptFor, wantsEncrypted } from './encrypt.js';

/** What the userinfo endpoint answers: claims, or a JWT with them in it. */
export type Userinfo =
  | { readonly kind: 'claims'; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly kind: 'jwt'; readonly jwt: string };

/**
 * What the scopes, and the `claims` parameter (§5.5), may know of the person: as the client registered to
 * have it (OpenID Connect Core 1.0 §5.3.2).
 *
 * @throws OAuthError where it must be encrypted and cannot be
 */
export async function issueUserinfo(
  dependencies: IssuanceDependencies,
  { account, client, grant, scopes }: GrantedAccessToken,
): Promise<Userinfo> {
  const asked = Object.keys(grant.details.claims?.userinfo ?? {});
  const claims = { sub: dependencies.subjectOf(account, client), ...claimsFor(account, scopes, asked) };
  const { userinfo_signed_response_alg: algorithm } = client.metadata;
  if (algorithm === undefined && !wantsEncrypted(client, 'userinfo')) return { kind: 'claims', claims };
  const { issuer, keyring, clientKeys, clock } = dependencies;
  // §5.3.2: whose word it is, and for whom.
  const named = { ...claims, iss: issuer, aud: client.id };
  const isJwt = algorithm !== undefined;
  const text = isJwt
    ? await keyring.sign(algorithm, 'JWT', { ...named, iat: clock() })
    : JSON.stringify(named);
  return { kind: 'jwt', jwt: await encryptFor(clientKeys, client, 'userinfo', { text, isJwt }) };
}
