import type { AccountRecord, ClientStore, GrantStore, RevokedTokenStore } from '../storage/ports/index.js';
import { type ApiKeyDependencies, principalOfKeyId } from './api-key.js';
import { type Principal, personAs } from './principal.js';
import { isFromOwnPage } from './same-origin.js';
import { principalOfSessionId, type SessionDependencies } from './session.js';
import type { Signatures, SignedBy } from './x-signature.js';

export interface SignedCallerDependencies extends ApiKeyDependencies, SessionDependencies {
  readonly signatures: Signatures;
  readonly grants: GrantStore;
  readonly clients: ClientStore;
  readonly revokedTokens: RevokedTokenStore;
}

/**
 * Who calls with this x-signature. It is worth what it was made with is worth now: nothing once the session, the
 * key, the access token or its grant has ended, or the person or the app is disabled.
 */
export async function principalOfSignature(
  dependencies: SignedCallerDependencies,
  signature: string,
): Promise<Principal | undefined> {
  const signed = await dependencies.signatures.read(signature);
  if (signed === undefined) return undefined;
  const isMadeWith = (principal: Principal) => dependencies.signatures.isMadeWith(signed, principal);
  const principal = await principalBehind(dependencies, signed, isMadeWith);
  if (principal === undefined || !isMadeWith(principal)) return undefined;
  return { ...principal, isSigned: true, via: `x_signature:${principal.via}` };
}

function principalBehind(
  dependencies: SignedCallerDependencies,
  signed: SignedBy,
  isMadeWith: (principal: Principal) => boolean,
): Promise<Principal | undefined> {
  if (signed.kind === 'session') return principalOfSessionId(dependencies, signed.sessionId);
  if (signed.kind === 'api_key') return principalOfKeyId(dependencies, signed.keyId, isMadeWith);
  return principalOfGrant(dependencies, signed);
}

async function principalOfGrant(
  dependencies: SignedCallerDependencies,
  signed: SignedBy & { readonly kind: 'access_token' },
): Promise<Principal | undefined> {
  const { grants, clients, developers, clock } = dependencies;
  const { grantId, clientId, token } = signed;
  const [found, client, live] = await Promise.all([
    grants.find(grantId),
    clients.find(clientId),
    liveToken(dependencies, signed),
  ]);
  if (live === undefined || found === undefined || client?.enabled !== true) return undefined;
  const { scopes, expiresAt } = live;
  const { grant, account } = found;
  if (expiresAt <= clock()) return undefined;
  if (grant.revokedAt !== null || grant.clientId !== clientId || account.disabledAt !== null)
    return undefined;
  return personAs(account, developers, {
    // The deployment's secret alone, in the wrong hands, makes no more of a grant than it is.
    scopes: new Set(scopes.filter((scope) => grant.scopes.includes(scope))),
    credential: { kind: 'access_token', client, grantId, token },
    via: `access_token:${clientId}`,
    expiresAt,
  });
}

/**
 * What the access token allows: of one that is kept, what its row says; of a JWT, what the signature says, whose binding
 * covers it.
 */
async function liveToken(
  { grants, revokedTokens }: SignedCallerDependencies,
  { token, grantId, scopes, expiresAt }: SignedBy & { readonly kind: 'access_token' },
): Promise<{ readonly scopes: readonly string[]; readonly expiresAt: number } | undefined> {
  if (token.format === 'jwt') return (await revokedTokens.has(token.id)) ? undefined : { scopes, expiresAt };
  const kept = await grants.findOpaqueAccessToken(token.id);
  return kept?.grant.id === grantId ? kept.token : undefined;
}

/** The x-signature in a header of its own, which no other site's page can make a browser send unasked. */
export function signatureInHeader(headers: Headers): string | undefined {
  return headers.get('x-signature')?.trim();
}

/** The x-signature in a cookie; of two the first counts. */
export function signatureInCookie(headers: Headers): string | undefined {
  return /(?:^|;)\s*x-signature=([^;\s]*)/.exec(headers.get('cookie') ?? '')?.[1];
}

/** The person behind the x-signature of a request that changes something, and what they may do with it. */
export type PersonOfSignature = (
  headers: Headers,
) => Promise<(Principal & { readonly account: AccountRecord }) | undefined>;

/**
 * Finds the person behind the x-signature of a request, in its header or else in its cookie. A cookie counts only
 * where the request comes from no other site's page.
 */
export function createPersonOfSignature(
  dependencies: SignedCallerDependencies,
  issuer: string,
): PersonOfSignature {
  return async (headers) => {
    const inCookie = isFromOwnPage(headers, issuer) ? signatureInCookie(headers) : undefined;
    const signature = signatureInHeader(headers) ?? inCookie;
    const principal = signature && (await principalOfSignature(dependencies, signature));
    if (principal === undefined || principal === '' || principal.account === null) return undefined;
    return { ...principal, account: principal.account };
  };
}
