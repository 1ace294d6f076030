import { z } from 'zod';
import { compatibilitySettings } from '../clients/compatibility.js';
import { metadataFields, type ResolveFieldNames } from '../clients/metadata/fields.js';
import { operatorMetadataFields } from '../clients/metadata/operator.js';
import {
  type ClientChangesInput,
  clientChangesSchema,
  type NewClient,
  newClientSchema,
} from '../clients/metadata.js';
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
import { isoTime, timestamp } from '../validation/time.js';
import { etagOf } from './etag.js';

/** Fields that only the server sets. They are ignored in requests, so that a response can be sent back as an update. */
export const READ_ONLY_FIELDS = [
  'id',
  'client_id',
  'authentication_methods',
  'pending_scopes',
  'suspended',
  'created_on',
  'created_by',
  'modified_on',
  'modified_by',
] as const;

/**
 * A client as the API returns it, without its secret: only the response that creates a secret has it.
 *
 * @param logo a data URI for responses; left out where representations are compared, since `logo_uri` identifies it
 */
export function representClient(client: ClientRecord, logo?: string): Record<string, unknown> {
  const { metadata } = client;
  return {
    id: client.id,
    ...shared(client, logo),
    redirect_uris: client.redirectUris,
    pending_scopes: client.scopeRequests.map(({ scope }) => scope),
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
    publisher: metadata.publisher ?? null,
    optional_scopes: metadata.optional_scopes ?? [],
    verified: metadata.verified ?? false,
    allowed_origins: metadata.allowed_origins ?? [],
    allow_pkce: metadata.allow_pkce ?? false,
    id_token_claims: metadata.id_token_claims ?? idTokenClaims[0],
    enabled: client.enabled,
    suspended: client.isSuspended,
  };
}

/** The entity tag of a client. It also changes with the secret, which no representation shows. */
export function etagOfClient(client: ClientRecord): string {
  return etagOf({ ...representClient(client), secret: client.secretHash });
}

function shared(client: ClientRecord, logo: string | undefined): Record<string, unknown> {
  const { metadata } = client;
  return {
    client_id: client.id,
    name: client.name,
    description: metadata.description ?? null,
    logo: logo ?? null,
    authentication_methods: authenticationMethodsOf(client),
    scopes: client.scopes,
    created_on: isoTime(client.createdAt),
    created_by: client.createdBy,
    modified_on: isoTime(client.updatedAt),
    modified_by: client.modifiedBy,
  };
}

/** The client authentication methods of an app. A secret may be sent in the header or in the body. */
function authenticationMethodsOf({ authenticationMethod: own, metadata }: ClientRecord): readonly string[] {
  const sent = credentialKinds[own] === 'sentSecret' ? ['client_secret_post'] : [];
  return [...new Set([...sent, own, ...(metadata.allow_pkce === true ? ['none'] : [])])];
}

const sharedSchema = {
  client_id: z.string(),
  name: z.string(),
  description: z.string().nullable(),
  logo: z.string().nullable().meta({ description: 'A data URI' }),
  authentication_methods: z
    .array(z.enum(clientAuthenticationMethods))
    .meta({ description: 'The client authentication methods that the app may use at the token endpoint' }),
  scopes: z.array(z.string()).meta({ description: 'The scopes that the app may request' }),
  created_on: timestamp,
  created_by: z
    .string()
    .nullable()
    .meta({ description: 'The account or credential that registered the app; null if unknown' }),
  modified_on: timestamp,
  modified_by: z.string().nullable(),
};

/** The schema of a field in a response: present with a value, or absent. */
function responseField<T extends z.ZodType>(field: z.ZodOptional<z.ZodNullable<T>>): z.ZodOptional<T> {
  return field.unwrap().unwrap().optional();
}

type ResponseFields<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends z.ZodOptional<z.ZodNullable<infer T extends z.ZodType>>
    ? z.ZodOptional<T>
    : never;
};

function responseFields<Fields extends Readonly<Record<string, z.ZodOptional<z.ZodNullable<z.ZodType>>>>>(
  fields: Fields,
): ResponseFields<Fields> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, responseField(field)]),
  ) as ResponseFields<Fields>;
}

const settings = {
  id: z.string().meta({ description: 'The same as client_id' }),
  ...sharedSchema,
  redirect_uris: z.array(z.string()),
  pending_scopes: z
    .array(z.string())
    .meta({ description: 'The requested scopes that wait for approval by an administrator' }),
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
  ...responseFields(metadataFields),
  ...responseFields(operatorMetadataFields),
  publisher: z.string().nullable(),
  optional_scopes: z.array(z.string()),
  verified: z.boolean(),
  allowed_origins: z.array(z.string()),
  allow_pkce: z.boolean(),
  id_token_claims: z.enum(idTokenClaims),
  enabled: z.boolean(),
  suspended: z.boolean().meta({ description: 'Whether an administrator disabled the app' }),
};

/** The fields of clients in requests and responses. A compatibility mode adds others. */
export interface ClientFormat {
  /** Further fields of an app in responses. */
  readonly settings: (client: ClientRecord) => Record<string, unknown>;
  readonly settingsSchema: z.ZodRawShape;
  /** Further fields of an app without its settings. */
  readonly info: (client: ClientRecord) => Record<string, unknown>;
  readonly infoSchema: z.ZodRawShape;
  /** Further fields of responses that requests ignore. */
  readonly readOnlyFields: readonly string[];
  readonly newClient: z.ZodType<NewClient>;
  readonly changes: z.ZodType<ClientChangesInput>;
  readonly resolveFieldNames: ResolveFieldNames;
}

const uri = z.string().nullable();

/** The format of the server itself: the names of the specifications. */
export const plainClientFormat: ClientFormat = {
  settings: () => ({}),
  settingsSchema: {},
  info: ({ metadata }) => ({
    client_uri: metadata.client_uri ?? null,
    tos_uri: metadata.tos_uri ?? null,
    policy_uri: metadata.policy_uri ?? null,
  }),
  infoSchema: { client_uri: uri, tos_uri: uri, policy_uri: uri },
  readOnlyFields: [],
  newClient: newClientSchema,
  changes: clientChangesSchema,
  resolveFieldNames: (_registered, input) => input,
};

/** How responses show clients, with the schemas of the responses. */
export type ClientResponses = ReturnType<typeof createClientResponses>;

export function createClientResponses({ settings: further, settingsSchema, info, infoSchema }: ClientFormat) {
  const representInfo = (client: ClientRecord, logo?: string) => ({
    ...shared(client, logo),
    ...info(client),
  });
  const schema = z
    .strictObject({ ...settings, ...settingsSchema })
    .meta({ id: 'Client', description: 'A registered app' });
  return {
    represent: (client: ClientRecord, logo?: string) => ({
      ...representClient(client, logo),
      ...further(client),
    }),
    /** An app without its settings. */
    representInfo,
    /** The same for unauthenticated callers, without the accounts that created and changed the app. */
    representPublicInfo: (client: ClientRecord, logo?: string) => ({
      ...representInfo(client, logo),
      created_by: null,
      modified_by: null,
    }),
    schema,
    newClientSchema: z
      .strictObject({
        ...settings,
        ...settingsSchema,
        client_secret: z.string().optional().meta({
          description:
            'Shown only in this response. Absent for an app that authenticates with keys, and for a public app',
        }),
      })
      .meta({ id: 'NewClient', description: 'An app that was just registered' }),
    infoSchema: z
      .strictObject({ ...sharedSchema, ...infoSchema })
      .meta({ id: 'ClientInfo', description: 'An app without its settings' }),
  };
}
