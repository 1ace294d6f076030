import { z } from 'zod';
import { compatibilitySettings } from '../clients/compatibility.js';
import { metadataFields } from '../clients/metadata/fields.js';
import { operatorMetadataFields } from '../clients/metadata/operator.js';
import { credentialKinds } from '../clients/secret.js';
import {
  accessTokenFormats,
  clientAuthenticationMethods,
  grantTypes,
  idTokenClaims,
  responseTypes,
  signingAlgorithms,
} from '../protocol/index.js';
import type { ClientRecord } from '../storage/ports/index.js';
import { etagOf } from './etag.js';
import { isoTime, timestamp } from './page.js';

/** There is one tenant; programs of the portal read its number. */
const TENANT = 1;

/** What an answer has beyond what may be changed; passed over, so that an answer can be sent back as an update. */
export const READ_ONLY_FIELDS = [
  'id',
  'client_id',
  'tenant',
  'authentication_methods',
  'pending_scopes',
  'suspended',
  'created_on',
  'created_by',
  'modified_on',
  'modified_by',
] as const;

/**
 * A client as the API shows it: never with its secret, which is shown once, where it is made.
 *
 * @param logo which answers show; its address says as much to whoever compares representations
 */
export function representClient(client: ClientRecord, logo?: string): Record<string, unknown> {
  const { metadata } = client;
  return {
    id: client.id,
    ...shared(client, logo),
    tenant: TENANT,
    redirect_uris: client.redirectUris,
    pending_scopes: client.scopeRequests.map(({ scope }) => scope),
    logout_redirect_uris: metadata.post_logout_redirect_uris ?? [],
    grant_types: client.grantTypes,
    response_types: client.responseTypes,
    token_endpoint_auth_method: client.authenticationMethod,
    access_token_format: client.accessTokenFormat,
    id_token_signed_response_alg: client.idTokenAlgorithm,
    audience: client.audience,
    compatibility: Object.fromEntries(
      Object.keys(compatibilitySettings).map((name) => [
        name,
        client.compatibility.some((setting) => setting === name),
      ]),
    ),
    ...metadata,
    description: metadata.description ?? null,
    allowed_origins: metadata.allowed_origins ?? [],
    allow_pkce: metadata.allow_pkce ?? false,
    id_token_claims: metadata.id_token_claims ?? idTokenClaims[0],
    enabled: client.enabled,
    suspended: client.isSuspended,
  };
}

/** Names what a client is like now; another secret, which no representation shows, is another name too. */
export function etagOfClient(client: ClientRecord): string {
  return etagOf({ ...representClient(client), secret: client.secretHash });
}

/** What those who know of an app may know of it without its settings. */
export function representClientInfo(client: ClientRecord, logo?: string): Record<string, unknown> {
  return { ...shared(client, logo), public: true };
}

/** The same for anybody: who made it is nobody's business. */
export function representPublicClientInfo(client: ClientRecord, logo?: string): Record<string, unknown> {
  return { ...representClientInfo(client, logo), created_by: null, modified_by: null };
}

function shared(client: ClientRecord, logo: string | undefined): Record<string, unknown> {
  const { metadata } = client;
  return {
    client_id: client.id,
    name: client.name,
    description: metadata.description ?? null,
    website_url: metadata.client_uri ?? null,
    terms_url: metadata.tos_uri ?? null,
    policy_url: metadata.policy_uri ?? null,
    logo: logo ?? null,
    authentication_methods: authenticationMethodsOf(client),
    scopes: client.scopes,
    is_public: true,
    created_on: isoTime(client.createdAt),
    created_by: client.createdBy,
    modified_on: isoTime(client.updatedAt),
    modified_by: client.modifiedBy,
  };
}

/** What the app may prove itself with at the token endpoint; a secret may be sent in either way. */
function authenticationMethodsOf({ authenticationMethod: own, metadata }: ClientRecord): readonly string[] {
  const sent = credentialKinds[own] === 'sentSecret' ? ['client_secret_post'] : [];
  return [...new Set([...sent, own, ...(metadata.allow_pkce === true ? ['none'] : [])])];
}

const sharedSchema = {
  client_id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  website_url: z.string().nullable(),
  terms_url: z.string().nullable(),
  policy_url: z.string().nullable(),
  logo: z.string().nullable().meta({ description: 'A data URI' }),
  authentication_methods: z
    .array(z.enum(clientAuthenticationMethods))
    .meta({ description: 'What the app may prove itself with at the token endpoint' }),
  scopes: z.array(z.string()).meta({ description: 'What the app may ask for; none for everything' }),
  is_public: z.literal(true),
  created_on: timestamp,
  created_by: z.string().nullable().meta({ description: 'Who registered it; null where nobody is known' }),
  modified_on: timestamp,
  modified_by: z.string().nullable(),
};

/** The schema of a field as it is answered: there with a value, or not at all. */
function answered<T extends z.ZodType>(field: z.ZodOptional<z.ZodNullable<T>>): z.ZodOptional<T> {
  return field.unwrap().unwrap().optional();
}

type Answered<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends z.ZodOptional<z.ZodNullable<infer T extends z.ZodType>>
    ? z.ZodOptional<T>
    : never;
};

function allAnswered<Fields extends Readonly<Record<string, z.ZodOptional<z.ZodNullable<z.ZodType>>>>>(
  fields: Fields,
): Answered<Fields> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, answered(field)]),
  ) as Answered<Fields>;
}

const settings = {
  id: z.string().meta({ description: 'The same as client_id' }),
  ...sharedSchema,
  tenant: z.literal(TENANT),
  redirect_uris: z.array(z.string()),
  pending_scopes: z
    .array(z.string())
    .meta({ description: 'The scopes that an administrator has still to give or refuse' }),
  logout_redirect_uris: z.array(z.string()).meta({ description: 'The same as post_logout_redirect_uris' }),
  grant_types: z.array(z.enum(grantTypes)),
  response_types: z.array(
    z.enum(Object.keys(responseTypes) as [keyof typeof responseTypes, ...(keyof typeof responseTypes)[]]),
  ),
  token_endpoint_auth_method: z.enum(clientAuthenticationMethods),
  access_token_format: z.enum(accessTokenFormats),
  id_token_signed_response_alg: z.enum(signingAlgorithms),
  audience: z.string().nullable(),
  compatibility: z.strictObject(
    Object.fromEntries(Object.keys(compatibilitySettings).map((name) => [name, z.boolean()])),
  ),
  ...allAnswered(metadataFields),
  ...allAnswered(operatorMetadataFields),
  allowed_origins: z.array(z.string()),
  allow_pkce: z.boolean(),
  id_token_claims: z.enum(idTokenClaims),
  enabled: z.boolean(),
  suspended: z.boolean().meta({ description: 'Whether an administrator stopped it' }),
};

export const clientSchema = z.strictObject(settings).meta({ id: 'Client', description: 'A registered app' });

export const newClientResponse = z
  .strictObject({
    ...settings,
    client_secret: z.string().optional().meta({
      description: 'Shown here and never again; none for an app that proves itself with keys, or not at all',
    }),
  })
  .meta({ id: 'NewClient', description: 'An app that was just registered' });

export const clientInfoSchema = z
  .strictObject({ ...sharedSchema, public: z.literal(true).meta({ description: 'The same as is_public' }) })
  .meta({ id: 'ClientInfo', description: 'What may be known of an app without its settings' });
