import { ClientMetadataError } from '../../protocol/index.js';
import type { ClientMetadata } from '../../storage/ports/index.js';
import { anyPageUrl, anyRedirectUri, redirectUri } from '../../validation/urls.js';
import { listOf, optional } from '../../validation/values.js';

/** Fields of DocSpace's API that RFC 7591 and OpenID Connect have under another name. */
export const docspaceFields = {
  website_url: optional(anyPageUrl).meta({ description: 'The same as client_uri; https:// may be left out' }),
  terms_url: optional(anyPageUrl).meta({ description: 'The same as tos_uri; https:// may be left out' }),
  policy_url: optional(anyPageUrl).meta({ description: 'The same as policy_uri; https:// may be left out' }),
  logout_redirect_uris: optional(listOf(redirectUri, 50, 'URI')).meta({
    description: 'The same as post_logout_redirect_uris',
  }),
  logout_redirect_uri: optional(anyRedirectUri).meta({
    description: 'The only one of post_logout_redirect_uris; https:// may be left out',
  }),
};

type Value = string | readonly string[] | null | undefined;
type DocspaceName = keyof typeof docspaceFields;
type StandardName = 'client_uri' | 'tos_uri' | 'policy_uri' | 'post_logout_redirect_uris';
type NamedFields = { readonly [Name in StandardName | DocspaceName]?: Value };

const docspaceNamesOf: Readonly<Record<StandardName, readonly DocspaceName[]>> = {
  client_uri: ['website_url'],
  tos_uri: ['terms_url'],
  policy_uri: ['policy_url'],
  post_logout_redirect_uris: ['logout_redirect_uris', 'logout_redirect_uri'],
};

/**
 * Renames fields to the names of the specifications. A response has a field under both names and may be sent back
 * with one of them changed, so an unchanged value counts as not sent.
 *
 * @param registered the metadata of the client before the change; empty for a new client
 * @throws ClientMetadataError if two names of one field have different values
 */
export function resolveDocspaceNames<T extends NamedFields>(registered: ClientMetadata, input: T): T {
  const resolved = Object.entries(docspaceNamesOf).map(([standardName, others]) => {
    const current = comparable(registered[standardName as StandardName]);
    const changed = [...others, standardName as StandardName].flatMap((name) => {
      const value = asRegistered(name, input[name]);
      return value === undefined || comparable(value) === current ? [] : [{ name, value }];
    });
    const [first, ...rest] = changed;
    const conflicting = rest.find(({ value }) => comparable(value) !== comparable(first?.value));
    if (first !== undefined && conflicting !== undefined) {
      const message = `is also sent as ${conflicting.name} with another value. Send one of them`;
      throw new ClientMetadataError([{ field: first.name, message }]);
    }
    return [standardName, first === undefined ? input[standardName as StandardName] : first.value];
  });
  return { ...input, ...Object.fromEntries(resolved.filter(([, value]) => value !== undefined)) };
}

function asRegistered(name: StandardName | DocspaceName, value: Value): Value {
  if (name === 'logout_redirect_uri' && typeof value === 'string') return [value];
  // Responses have an empty list if nothing is registered.
  return Array.isArray(value) && value.length === 0 ? null : value;
}

/** A text that is equal for equal values. */
function comparable(value: Value): string {
  return JSON.stringify(Array.isArray(value) && value.length === 0 ? null : (value ?? null));
}
