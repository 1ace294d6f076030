import { type ApiKeyDependencies, principalOfKeyId } from '../../principals/api-key.js';
import type { CallerCredential } from '../../principals/authenticate-caller.js';
import { type Principal, principalOfUser } from '../../principals/principal.js';
import { isFromOwnPage } from '../../principals/same-origin.js';
import { principalOfSessionId, type SessionDependencies } from '../../principals/session.js';
import type { AccountRecord, ClientStore, GrantStore, RevokedTokenStore } from '../../storage/ports/index.js';
import type { Signatures, SignedBy } from './x-signature.js';

export interface SignedCallerDependencies extends ApiKeyDependencies, SessionDependencies {
  readonly signatures: Signatures;
  readonly grants: GrantStore;
  readonly clients: ClientStore;
  readonly revokedTokens: RevokedTokenStore;
}

/**
 * The caller with this x-signature. It is valid as long as the credential that created it: until the session, the key,
 * the access token or its grant ends, or the user or the app is disabled.
 */
async function principalOfSignature(
  dependencies: SignedCallerDependencies,
  signature: string,
): Promise<Principal | undefined> {
  const signed = await dependencies.signatures.read(signature);
  if (signed === undefined) return undefined;
  const isMadeWith = (principal: Principal) => dependencies.signatures.isMadeWith(signed, principal);
  const principal = await principalBehind(dependencies, signed, isMadeWith);
  if (principal === undefined || !isMadeWith(principal)) return undefined;
  return { ...principal, isDerived: true, via: `x_signature:${principal.via}` };
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
  return principalOfUser(account, developers, {
    // A leaked secret of the deployment does not extend a grant.
    scopes: new Set(scopes.filter((scope) => grant.scopes.includes(scope))),
    credential: { kind: 'access_token', client, grantId, token },
    via: `access_token:${clientId}`,
    expiresAt,
  });
}

/** The scopes and expiry of the access token: from its row, or for a JWT from the signature, whose binding covers them. */
async function liveToken(
  { grants, revokedTokens }: SignedCallerDependencies,
  { token, grantId, scopes, expiresAt }: SignedBy & { readonly kind: 'access_token' },
): Promise<{ readonly scopes: readonly string[]; readonly expiresAt: number } | undefined> {
  if (token.format === 'jwt') return (await revokedTokens.has(token.id)) ? undefined : { scopes, expiresAt };
  const kept = await grants.findOpaqueAccessToken(token.id);
  return kept?.grant.id === grantId ? kept.token : undefined;
}

/** The header, which pages of other sites cannot make a browser send. */
function signatureInHeader(headers: Headers): string | undefined {
  return headers.get('x-signature')?.trim();
}

/** The cookie. If there are two, the first one counts. */
function signatureInCookie(headers: Headers): string | undefined {
  return /(?:^|;)\s*x-signature=([^;\s]*)/.exec(headers.get('cookie') ?? '')?.[1];
}

/** The x-signature as a credential of the management API. As in DocSpace, an invalid one gets 403. */
export function signatureCredential(dependencies: SignedCallerDependencies): CallerCredential {
  return {
    inHeader: signatureInHeader,
    inCookie: signatureInCookie,
    async authenticate(signature) {
      const principal = await principalOfSignature(dependencies, signature);
      if (principal !== undefined) return { principal };
      return { refused: { status: 403, detail: 'Access denied: the x-signature is invalid or expired' } };
    },
  };
}

/** The user who created the x-signature of a request, with its permissions. */
export type UserOfSignature = (
  headers: Headers,
) => Promise<(Principal & { readonly account: AccountRecord }) | undefined>;

/** Reads the x-signature from the header, or from the cookie of a request that does not come from a page of another site. */
export function createUserOfSignature(
  dependencies: SignedCallerDependencies,
  issuer: string,
): UserOfSignature {
  return async (headers) => {
    const inCookie = isFromOwnPage(headers, issuer) ? signatureInCookie(headers) : undefined;
    const signature = signatureInHeader(headers) ?? inCookie;
    const principal = signature && (await principalOfSignature(dependencies, signature));
    if (principal === undefined || principal === '' || principal.account === null) return undefined;
    return { ...principal, account: principal.account };
  };
}
