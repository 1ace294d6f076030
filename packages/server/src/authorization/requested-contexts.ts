import { authenticationContexts, satisfies } from '../accounts/authentication-context.js';
import { OAuthError, type Parameters } from '../protocol/index.js';
import type { ClaimRequest, ClientRecord } from '../storage/ports/index.js';
import { acceptedValues } from './accepted-values.js';

/** The authentication contexts that a request asks for. A sign-in that satisfies one of them is enough. */
export interface RequestedContexts {
  /** Known contexts only, in the order of preference. */
  readonly values: readonly string[];
  /** Whether a sign-in in none of them is refused (OpenID Connect Core 1.0 §5.5.1.1). */
  readonly isEssential: boolean;
}

/**
 * What a request asks for with the claim `acr`, `acr_values` or the `default_acr_values` of its client (OpenID Connect Core
 * 1.0 §3.1.2.1, §5.5.1.1, OpenID Connect Registration 1.0 §2). Unknown values are ignored where they are not essential.
 *
 * @param claim the claim `acr` of the ID token, as `claims` requests it
 * @throws OAuthError `unmet_authentication_requirements` for an essential `acr` that no sign-in reaches
 */
export function requestedContexts(
  { acr_values }: Parameters,
  { metadata }: Pick<ClientRecord, 'metadata'>,
  claim: ClaimRequest | null | undefined,
): RequestedContexts | undefined {
  const fromClaim = acceptedValues(claim);
  const isEssential = claim?.essential === true && fromClaim !== undefined;
  const asked =
    fromClaim ?? acr_values?.split(' ').filter((value) => value !== '') ?? metadata.default_acr_values ?? [];
  const values = asked.filter((value) => typeof value === 'string').filter(isKnown);
  if (isEssential && values.length === 0) throw unmetRequirements();
  return values.length === 0 ? undefined : { values, isEssential };
}

/** §5.5.1.1: an essential `acr` that is not reached is a failed sign-in. */
export function unmetRequirements(): OAuthError {
  return new OAuthError(
    'unmet_authentication_requirements',
    "'claims' makes an 'acr' essential that this user or server cannot reach",
  );
}

/** The `acr` of a response: the requested context that the sign-in satisfies, or else its own. */
export function reportedContext(requested: RequestedContexts | undefined, acr: string): string {
  if (requested === undefined || requested.values.includes(acr)) return acr;
  return requested.values.find((value) => satisfies(acr, value)) ?? acr;
}

function isKnown(value: string): boolean {
  return (authenticationContexts as readonly string[]).includes(value);
}
