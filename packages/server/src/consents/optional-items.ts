import { scopeOfClaim } from '../accounts/claims.js';
import { sha256 } from '../crypto/hash.js';
import type { Catalogue } from '../scopes/catalogue.js';
import type { ClaimsRequest, ClientRecord, ConsentItem, ResourceAccess } from '../storage/ports/index.js';

/** The field of an item that the user can leave out: it is sent if the user allows the item. */
export const itemField = (index: number): string => `item-${index}`;

/**
 * Whether the user can leave out an item: a scope that the operator or the app marked as optional. `openid` never is,
 * since the app needs to know who signs in; neither is access without a scope, nor a single claim.
 */
export function isOptional(
  { name }: ConsentItem,
  { metadata }: Pick<ClientRecord, 'metadata'>,
  catalogue: Catalogue,
): boolean {
  const scope = catalogue.find(name);
  if (scope === undefined || name === 'openid') return false;
  return scope.isOptional || (metadata.optional_scopes ?? []).includes(name);
}

/**
 * The hash of the items that a consent page shows, and of which of them are optional. Both also depend on the client and
 * the catalogue, which can change while the page is open: Allow is for what was shown only.
 */
export function shownItemsHash(
  items: readonly ConsentItem[],
  isItemOptional: (item: ConsentItem) => boolean,
): string {
  return sha256(JSON.stringify(items.map((item) => [item.resource, item.name, isItemOptional(item)])));
}

/**
 * The optional items that the user left out. Fields of other items have no effect, so that a changed form can neither
 * leave out a required item nor add one.
 */
export function declinedItems(
  items: readonly ConsentItem[],
  isItemOptional: (item: ConsentItem) => boolean,
  form: URLSearchParams,
): readonly ConsentItem[] {
  return items.filter((item, index) => isItemOptional(item) && !form.has(itemField(index)));
}

/** The part of an authorization request that a user consents to. */
interface Narrowable {
  readonly scopes: readonly string[];
  readonly access: readonly ResourceAccess[];
  readonly claims: ClaimsRequest | undefined;
}

/**
 * The request without the items that the user left out: the app gets fewer scopes than it requested (RFC 6749 §3.3). A
 * resource of which nothing is left is left out too, unless it is the only one.
 */
export function withoutItems<Request extends Narrowable>(
  request: Request,
  declined: readonly ConsentItem[],
): Request {
  if (declined.length === 0) return request;
  const isDeclined = (resource: string | null, name: string) =>
    declined.some((item) => item.resource === resource && item.name === name);
  const narrowed = request.access.map(({ resource, scopes }) => ({
    resource,
    scopes: scopes.filter((name) => !isDeclined(resource, name)),
  }));
  const left = narrowed.filter(
    ({ scopes }, index) => scopes.length > 0 || request.access[index]?.scopes.length === 0,
  );
  const access = left.length > 0 ? left : narrowed;
  const isOfApi = (name: string) => request.access.some(({ scopes }) => scopes.includes(name));
  return {
    ...request,
    access,
    scopes: request.scopes.filter((name) =>
      isOfApi(name) ? access.some(({ scopes }) => scopes.includes(name)) : !isDeclined(null, name),
    ),
    claims: claimsWithout(request.claims, (name) => isDeclined(null, scopeOfClaim(name) ?? '')),
  };
}

/** A single claim of a scope that the user left out is left out too: the page did not show it by itself. */
function claimsWithout(
  claims: ClaimsRequest | undefined,
  isLeftOut: (name: string) => boolean,
): ClaimsRequest | undefined {
  if (claims === undefined) return undefined;
  const kept = <Claims extends Readonly<Record<string, unknown>>>(named: Claims): Claims =>
    Object.fromEntries(Object.entries(named).filter(([name]) => !isLeftOut(name))) as Claims;
  return {
    ...(claims.userinfo === undefined ? {} : { userinfo: kept(claims.userinfo) }),
    ...(claims.id_token === undefined ? {} : { id_token: kept(claims.id_token) }),
  };
}
