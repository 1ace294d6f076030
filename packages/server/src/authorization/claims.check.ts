import { isJsonObject } from '@grantor/protocol';
import { scopeOfClaim } from '../accounts/claims.js';
import { OAuthError, partsOf } from '../protocol/index.js';
import type { ClaimRequest, ClaimsRequest } from '../storage/ports/index.js';
import { acceptedValues } from './accepted-values.js';
import type { AuthorizationRequest, UncheckedRequest } from './authorization-request.js';
import { requestedContexts } from './requested-contexts.js';

/** The members that name claims; others are ignored (OpenID Connect Core 1.0 §5.5). */
const places = ['userinfo', 'id_token'] as const;

/**
 * The `claims` parameter (OpenID Connect Core 1.0 §5.5), which has no meaning without the scope `openid`, and the requested
 * authentication contexts. Unknown claims are
 * ignored, and so are requested values, except those of `sub` and `acr`, which the specification makes binding.
 *
 * @throws OAuthError `invalid_request`, or `unmet_authentication_requirements` for an `acr` that no sign-in reaches
 */
export function checkClaims({
  client,
  parameters,
  scopes,
}: UncheckedRequest & Pick<AuthorizationRequest, 'scopes'>): Pick<
  AuthorizationRequest,
  'claims' | 'subjects' | 'contexts'
> {
  if (parameters.claims === undefined || !scopes.includes('openid')) {
    const contexts = requestedContexts(parameters, client, undefined);
    return { claims: undefined, subjects: undefined, contexts };
  }
  const asked = readClaims(parameters.claims);
  const parts = partsOf(parameters.response_type);
  // §5.5: the userinfo member needs a response type that brings an access token.
  if (asked.userinfo !== undefined && parts?.code === false && !parts.accessToken) {
    throw invalid("asks for 'userinfo', but this response_type brings no access token to ask it with");
  }
  const contexts = requestedContexts(parameters, client, asked.id_token?.acr);
  return { claims: known(asked), subjects: subjectsOf(asked), contexts };
}

function readClaims(text: string): ClaimsRequest {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw invalid('must be JSON');
  }
  if (!isJsonObject(document)) throw invalid('must be a JSON object');
  const read: { [Place in (typeof places)[number]]?: Record<string, ClaimRequest | null> } = {};
  for (const place of places) {
    const member = Object.hasOwn(document, place) ? document[place] : undefined;
    if (member === undefined) continue;
    if (!isJsonObject(member)) throw invalid(`must have an object in '${place}'`);
    // A claim may have any name, `__proto__` too.
    read[place] = Object.fromEntries(Object.entries(member).map(([name, value]) => [name, readClaim(value)]));
  }
  return read;
}

/** §5.5.1: null, or an object, of which unknown members are ignored. */
function readClaim(value: unknown): ClaimRequest | null {
  if (value === null) return null;
  if (!isJsonObject(value)) throw invalid('must have null or an object for each claim');
  const { essential, values } = value;
  if (essential !== undefined && typeof essential !== 'boolean') {
    throw invalid("must have true or false in 'essential'");
  }
  if (values !== undefined && !Array.isArray(values)) throw invalid("must have an array in 'values'");
  return {
    ...(essential === undefined ? {} : { essential }),
    ...(Object.hasOwn(value, 'value') ? { value: value.value } : {}),
    ...(values === undefined ? {} : { values: values as readonly unknown[] }),
  };
}

/** §5.5.1: the requested values of `sub`; the response must not be about another user (§3.1.2.2). */
function subjectsOf(asked: ClaimsRequest): readonly string[] | undefined {
  const requested = places
    .map((place) => acceptedValues(asked[place]?.sub))
    .filter((accepted) => accepted !== undefined);
  const [first, ...others] = requested;
  return first
    ?.filter((sub) => typeof sub === 'string')
    .filter((sub) => others.every((accepted) => accepted.includes(sub)));
}

/** What a grant keeps: the claims about the user that Grantor has. */
function known(asked: ClaimsRequest): ClaimsRequest | undefined {
  const kept = places.flatMap((place) => {
    const claims = Object.entries(asked[place] ?? {}).flatMap(([name, request]) =>
      scopeOfClaim(name) === undefined
        ? []
        : [[name, request?.essential === true ? { essential: true } : null]],
    );
    return claims.length === 0 ? [] : [[place, Object.fromEntries(claims)]];
  });
  return kept.length === 0 ? undefined : (Object.fromEntries(kept) as ClaimsRequest);
}

function invalid(what: string): OAuthError {
  return new OAuthError('invalid_request', `'claims' ${what}`);
}
