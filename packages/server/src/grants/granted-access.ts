import type { Resources } from '../clients/resources.js';
import { OAuthError, type Parameters, parseResources } from '../protocol/index.js';
import { accessOf, isSameResource } from '../scopes/access.js';
import { isAvailableAt, scopesOfToken, stillRegistered } from '../scopes/client-scopes.js';
import { consentSecondsOf, isConsentCurrent } from '../scopes/consent-lifetime.js';
import type { ScopeCatalogue } from '../scopes/scope-catalogue.js';
import type { ClientRecord, GrantRecord, ResourceAccess } from '../storage/ports/index.js';

/** What an access token from a grant is for. */
export interface TokenAccess {
  readonly audience: readonly string[];
  readonly scopes: readonly string[];
}

/** What the redemption of a grant needs of the deployment. */
export interface GrantedAccessDependencies {
  readonly resources: Resources;
  readonly scopes: ScopeCatalogue;
}

/**
 * The resources and scopes of an access token from this grant: the requested part of the granted access, without what the
 * client is no longer registered for (RFC 8707 §2.2), and without scopes whose consent has expired.
 *
 * @param named the scopes of the request, all of which were granted; empty for all granted scopes
 * @throws OAuthError `invalid_target` for a resource that was not granted or that the client may no longer access, and if
 *   the request names none of several; `invalid_scope` for a scope that was not granted for the resource, or
 *   whose consent has expired; `invalid_grant` if consent to all scopes has expired
 */
export async function tokenAccess(
  { resources, scopes: catalogueOf }: GrantedAccessDependencies,
  parameters: Parameters,
  {
    client,
    grant,
    named = [],
    now,
  }: {
    readonly client: ClientRecord;
    readonly grant: GrantRecord;
    readonly named?: readonly string[];
    /** Seconds since the epoch. */
    readonly now: number;
  },
): Promise<TokenAccess> {
  const chosen = chosenAccess(parameters, grant);
  // Checked at each token request, as scopes are: a client can have lost a resource since.
  if (!chosen.every(({ resource }) => resources.isOpenTo(client, resource))) {
    throw new OAuthError(
      'invalid_target',
      'This app may no longer have tokens for this resource; send a new authorization request',
    );
  }
  const catalogue = await catalogueOf.consult([...grant.scopes, ...client.scopes]);
  // The operator can have limited consent to a scope since, too.
  const ends = new Map(Object.entries(grant.details.consentEnds ?? {}));
  const isCurrent = (name: string) =>
    (ends.get(name) ?? Infinity) > now &&
    isConsentCurrent(grant.createdAt, consentSecondsOf(name, catalogue, 0), now);
  const current = grant.scopes.filter(isCurrent);
  if (current.length === 0 && grant.scopes.length > 0) {
    throw new OAuthError(
      'invalid_grant',
      'The consent of the user has expired; send a new authorization request',
    );
  }
  if (!named.every(isCurrent)) {
    throw new OAuthError(
      'invalid_scope',
      "'scope' names a scope whose consent has expired; send a new authorization request",
    );
  }
  // The operator can have limited a scope to one resource since.
  const useful = chosen.map(({ resource, scopes }) => ({
    resource,
    scopes: scopes.filter((name) => isCurrent(name) && isAvailableAt(name, [resource], catalogue)),
  }));
  const granted = scopesOfToken(current, useful);
  const asked = named.length === 0 ? granted : named.filter((name) => granted.includes(name));
  if (asked.length < named.length) {
    throw new OAuthError('invalid_scope', "'scope' names a scope that was not granted for this resource");
  }
  return {
    audience: chosen.map(({ resource }) => resource),
    scopes: stillRegistered(client, asked, catalogue),
  };
}

/** The resources of the grant that the request names; without any, the only one or the default one. */
function chosenAccess({ resource }: Parameters, grant: GrantRecord): readonly ResourceAccess[] {
  const granted = accessOf(grant);
  const asked = parseResources(resource);
  if (asked.length > 0) {
    const chosen = granted.filter((access) => asked.some((uri) => isSameResource(uri, access.resource)));
    if (asked.every((uri) => chosen.some((access) => isSameResource(uri, access.resource)))) return chosen;
    throw new OAuthError(
      'invalid_target',
      "'resource' names a resource that was not granted; send it with the authorization request too",
    );
  }
  if (granted.length === 1) return granted;
  const byDefault = granted.filter((access) => isSameResource(access.resource, grant.audience));
  if (byDefault.length === 1) return byDefault;
  throw new OAuthError(
    'invalid_target',
    "Several resources were granted; send 'resource' with the one that the token is for",
  );
}
