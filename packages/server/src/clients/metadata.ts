import {
  accessTokenFormats,
  clientAuthenticationMethods,
  grantTypes,
  isScopeValue,
  type ResponseType,
  redirectUriProblem,
  responseTypes,
  signingAlgorithms,
} from '@grantor/protocol';
import { z } from 'zod';
import { describeScope } from '../consents/scope-catalogue.js';
import type { CompatibilitySetting } from '../storage/ports/index.js';
import { compatibilitySettings } from './compatibility.js';

/** Text that every store keeps and every page shows: no control characters, no half characters. */
const text = (minimum: number, maximum: number) =>
  z
    .string()
    .trim()
    .min(minimum, minimum === 1 ? 'must not be empty' : `must have at least ${minimum} characters`)
    .max(maximum, `must have at most ${maximum} characters`)
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'must not contain control characters');

const redirectUri = z.string().superRefine((uri, context) => {
  const problem = redirectUriProblem(uri);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

const scope = z
  .string()
  .refine((name) => isScopeValue(name) && describeScope(name) !== undefined, 'is not a scope of this server');

const unique = (values: readonly unknown[]) => new Set(values).size === values.length;

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });

const compatibility = z.strictObject(
  Object.fromEntries(
    Object.keys(compatibilitySettings).map((name) => [name, z.boolean().optional()]),
  ) as Record<CompatibilitySetting, z.ZodOptional<z.ZodBoolean>>,
);

/** What may be changed about a client, in the names of RFC 7591 §2 where it has one. */
const changeable = {
  name: text(1, 256),
  redirect_uris: z
    .array(redirectUri)
    .min(1, 'must have at least one URI')
    .max(50, 'must have at most 50 URIs')
    .refine(unique, 'must not name a URI twice'),
  grant_types: z
    .array(oneOf(grantTypes))
    .min(1, 'must have at least one grant type')
    .refine(unique, 'must not name a grant type twice')
    .refine((types) => types.includes('authorization_code'), 'must contain authorization_code'),
  response_types: z
    .array(oneOf(Object.keys(responseTypes) as [ResponseType, ...ResponseType[]]))
    .min(1, 'must have at least one response type')
    .refine(unique, 'must not name a response type twice'),
  scopes: z.array(scope).max(64, 'must have at most 64 scopes').refine(unique, 'must not name a scope twice'),
  token_endpoint_auth_method: oneOf(clientAuthenticationMethods),
  access_token_format: oneOf(accessTokenFormats),
  id_token_signed_response_alg: oneOf(signingAlgorithms),
  audience: text(1, 512).nullable(),
  compatibility,
};

/** What an app is registered with. A name and what the grant types need; the rest has safe defaults. */
export const newClientSchema = z.strictObject({
  /** Chosen by the caller, or made. */
  client_id: z
    .string()
    .regex(/^[A-Za-z0-9._~-]{1,128}$/, 'must be 1 to 128 letters, digits or . _ ~ -')
    .optional(),
  ...changeable,
  token_endpoint_auth_method: changeable.token_endpoint_auth_method.default('client_secret_basic'),
  grant_types: changeable.grant_types.default(['authorization_code', 'refresh_token']),
  response_types: changeable.response_types.default(['code']),
  scopes: changeable.scopes.default([]),
  access_token_format: changeable.access_token_format.default('jwt'),
  id_token_signed_response_alg: changeable.id_token_signed_response_alg.default('ES256'),
  audience: changeable.audience.default(null),
  compatibility: changeable.compatibility.default({}),
});

/** What an update may change; what it leaves out stays as it is. */
export const clientChangesSchema = z.strictObject({ ...changeable, enabled: z.boolean() }).partial();

export type NewClient = z.output<typeof newClientSchema>;
export type ClientChangesInput = z.output<typeof clientChangesSchema>;
