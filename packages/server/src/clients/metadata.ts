import { z } from 'zod';
import { dataUriOf, MOST_BYTES, readLogo } from '../logos/logo.js';
import {
  accessTokenFormats,
  clientAuthenticationMethods,
  type GrantType,
  grantTypes,
  isScopeValue,
  type ResponseType,
  responseTypes,
  signingAlgorithms,
} from '../protocol/index.js';
import { defaultScopes } from '../scopes/client-scopes.js';
import type { CompatibilitySetting } from '../storage/ports/index.js';
import { redirectUri } from '../validation/urls.js';
import { listOf, oneOf, optional, text } from '../validation/values.js';
import { compatibilitySettings } from './compatibility.js';
import { metadataFields } from './metadata/fields.js';
import { managedFields } from './metadata/managed.js';
import { operatorMetadataFields } from './metadata/operator.js';

/** The syntax of a scope. Registration checks that it exists. */
const scope = z.string().refine(isScopeValue, 'is not a scope of this server');

const compatibility = z.strictObject(
  Object.fromEntries(
    Object.keys(compatibilitySettings).map((name) => [name, z.boolean().optional()]),
  ) as Record<CompatibilitySetting, z.ZodOptional<z.ZodBoolean>>,
);

/** The fields that every client may register for itself, with their names in RFC 7591 §2 where it has them. */
export const clientFields = {
  name: text(1, 256),
  redirect_uris: listOf(redirectUri, 50, 'URI'),
  grant_types: listOf(oneOf(grantTypes), grantTypes.length, 'grant type').min(
    1,
    'must have at least one grant type',
  ),
  response_types: listOf(
    oneOf(Object.keys(responseTypes) as [ResponseType, ...ResponseType[]]),
    Object.keys(responseTypes).length,
    'response type',
  ),
  scopes: listOf(scope, 64, 'scope'),
  token_endpoint_auth_method: oneOf(clientAuthenticationMethods),
  id_token_signed_response_alg: oneOf(signingAlgorithms),
  ...metadataFields,
};

/** An image as it is stored. An SVG is rebuilt from its safe parts. */
const logo = z.string().transform((uri, context) => {
  const read = readLogo(uri);
  if ('bytes' in read) return dataUriOf(read);
  context.addIssue({ code: 'custom', message: read.problem });
  return z.NEVER;
});

/** Fields that only the management API accepts. */
const fieldsOfTheApi = {
  ...managedFields,
  logo: optional(logo).meta({
    description: `A data URI of a PNG, JPEG or SVG image of at most ${MOST_BYTES} bytes. Active content of an SVG is removed`,
  }),
};

/** Fields that only administrators set. An app cannot register them for itself. */
const operatorFields = {
  access_token_format: oneOf(accessTokenFormats),
  audience: text(1, 512).nullable(),
  compatibility,
  ...operatorMetadataFields,
};

const changeable = { ...clientFields, ...fieldsOfTheApi, ...operatorFields };

/**
 * Names in the paths of the API, and names that a path cannot have. They are reserved in every compatibility mode, since
 * the mode of a deployment can change.
 */
const RESERVED_IDS = ['info', 'tenant', 'consents', '.', '..'];

/**
 * The fields of a new app. The name and the fields that its grant types need are required; all others have safe
 * defaults.
 */
export const newClientSchema = z
  .strictObject({
    /** Chosen by the caller, else generated. */
    client_id: z
      .string()
      .regex(/^[A-Za-z0-9._~-]{1,128}$/, 'must be 1 to 128 letters, digits or . _ ~ -')
      .refine((id) => !RESERVED_IDS.includes(id), 'is reserved by the paths of this API')
      .optional(),
    ...changeable,
    redirect_uris: changeable.redirect_uris.optional(),
    token_endpoint_auth_method: changeable.token_endpoint_auth_method.default('client_secret_basic'),
    grant_types: changeable.grant_types.optional().meta({
      description: 'Default: authorization_code, and refresh_token where the server allows it',
    }),
    response_types: changeable.response_types.optional(),
    scopes: changeable.scopes.default([]).meta({
      description: `The scopes that the app may request. Default: ${defaultScopes.join(', ')} for an app that users sign in to`,
    }),
    access_token_format: changeable.access_token_format.default('jwt'),
    id_token_signed_response_alg: changeable.id_token_signed_response_alg.optional(),
    audience: changeable.audience.default(null),
    compatibility: changeable.compatibility.default({}),
  })
  .refine(({ grant_types: types, redirect_uris: uris }) => !isEmptyList(uris) || !needsRedirect(types), {
    path: ['redirect_uris'],
    error: 'is required for grant types that use redirects',
    when: () => true, // reported together with all other problems
  });

/** The fields of an update. Fields that are left out keep their value. */
export const clientChangesSchema = z.strictObject({ ...changeable, enabled: z.boolean() }).partial();

export type NewClient = z.output<typeof newClientSchema>;
export type ClientChangesInput = z.output<typeof clientChangesSchema>;

/** RFC 7591 §2: `code`, for clients with the authorization code grant. */
export function defaultResponseTypes(types: readonly GrantType[]): ResponseType[] {
  return types.includes('authorization_code') ? ['code'] : [];
}

/** Whether the list is empty or missing. A value of another type is refused elsewhere. */
function isEmptyList(values: unknown): boolean {
  return Array.isArray(values) ? values.length === 0 : values === undefined;
}

/** Whether a grant type redirects the browser. Ignores invalid values, which are refused elsewhere. */
function needsRedirect(types: unknown): boolean {
  const named: readonly unknown[] = Array.isArray(types) ? types : ['authorization_code'];
  return named.includes('authorization_code') || named.includes('implicit');
}
