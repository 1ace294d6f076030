import { ClientMetadataError } from '../../clients/metadata/error.js';
import type { ClientMetadata } from '../../storage/ports/index.js';
import { anyPageUrl, anyRedirectUri, redirectUri } from '../../validation/urls.js';
import { listOf, optional } from '../../validation/values.js';

/** Fields of DocSpace's API that RFC 7591 and OpenID Connect have under another name. */
export const otherSpellings = {
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
type OtherSpelling = keyof typeof otherSpellings;
type Spelled = 'client_uri' | 'tos_uri' | 'policy_uri' | 'post_logout_redirect_uris';
type Spellings = { readonly [Name in Spelled | OtherSpelling]?: Value };

const spellingsOf: Readonly<Record<Spelled, readonly OtherSpelling[]>> = {
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
export function inOneSpelling<T extends Spellings>(registered: ClientMetadata, input: T): T {
  const settled = Object.entries(spellingsOf).map(([name, others]) => {
    const current = essence(registered[name as Spelled]);
    const changed = [...others, name as Spelled].flatMap((spelling) => {
      const value = asRegistered(spelling, input[spelling]);
      return value === undefined || essence(value) === current ? [] : [{ spelling, value }];
    });
    const [first, ...rest] = changed;
    const contrary = rest.find(({ value }) => essence(value) !== essence(first?.value));
    if (first !== undefined && contrary !== undefined) {
      const message = `is also sent as ${contrary.spelling} with another value. Send one of them`;
      throw new ClientMetadataError([{ field: first.spelling, message }]);
    }
    return [name, first === undefined ? input[name as Spelled] : first.value];
  });
  return { ...input, ...Object.fromEntries(settled.filter(([, value]) => value !== undefined)) };
}

function asRegistered(spelling: Spelled | OtherSpelling, value: Value): Value {
  if (spelling === 'logout_redirect_uri' && typeof value === 'string') return [value];
  // Responses have an empty list if nothing is registered.
  return Array.isArray(value) && value.length === 0 ? null : value;
}

/** A text that is equal for equal values. */
function essence(value: Value): string {
  return JSON.stringify(Array.isArray(value) && value.length === 0 ? null : (value ?? null));
}
