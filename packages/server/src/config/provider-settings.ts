import { isSecureUrl } from '@grantor/protocol';
import { z } from 'zod';

const flag = z.boolean('must be true or false');
const words = z.string().min(1, 'must not be empty').max(2048, 'must have at most 2048 characters');
const id = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,31}$/,
    'must have 1 to 32 lower-case letters, digits and hyphens, and begin with a letter',
  )
  // The directory and the pages of the operator have these: their users must not be those of another provider.
  .refine((name) => name !== 'ldap' && name !== 'operator', 'must not be ldap or operator');
const domain = z
  .string()
  .regex(/^(?:[a-z0-9-]+\.)+[a-z0-9-]+$/, 'must be a domain in lower case, such as example.com');
const secureUrl = z
  .string()
  .refine(isSecureUrl, 'must be an https URL; http is accepted on loopback only')
  .refine((url) => !/[?#]/.test(url), 'must have no query and no fragment');
const tenant = z.uuid('must be the ID of a tenant, such as 8eaef023-2b34-4da1-9baa-8bc8c9d6a490');
/** PKCS #8 in PEM. */
const pem = z
  .string()
  .regex(
    /^-----BEGIN PRIVATE KEY-----\s[\s\S]+-----END PRIVATE KEY-----\s*$/,
    'must be a private key in PEM (PKCS #8)',
  );

/** Parameters of the authorization request that this server sets itself. */
const OWN_PARAMETERS = [
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
];

const common = {
  id,
  clientId: words,
  name: words.max(64, 'must have at most 64 characters').optional(),
  trust: z
    .strictObject({
      email: z.enum(['none', 'verified', 'all'], 'must be none, verified or all').optional(),
      username: flag.optional(),
      methods: flag.optional(),
    })
    .optional(),
  createsAccounts: flag.optional(),
  domains: z.array(domain).max(100).optional(),
};

const openid = {
  scopes: z.array(words).min(1).max(50).optional(),
  passesAcrValues: flag.optional(),
  signOut: z.enum(['never', 'offer', 'always'], 'must be never, offer or always').optional(),
  claims: z.record(words, words).optional(),
  requiredClaims: z.record(words, z.array(words).min(1)).optional(),
  authorizationParameters: z
    .record(words, words)
    .refine(
      (parameters) => OWN_PARAMETERS.every((name) => !Object.hasOwn(parameters, name)),
      `must not have ${OWN_PARAMETERS.join(', ')}`,
    )
    .optional(),
};

const generic = z
  .strictObject({
    ...common,
    ...openid,
    preset: z.undefined().optional(),
    issuer: secureUrl,
    clientSecret: words.optional(),
    clientAuthentication: z
      .enum(['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'])
      .optional(),
    privateKey: pem.optional(),
    keyId: words.optional(),
    keyAlgorithm: z.enum(['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA']).optional(),
  })
  .refine(
    ({ clientAuthentication: method, privateKey }) =>
      method !== 'private_key_jwt' || privateKey !== undefined,
    'needs a privateKey for private_key_jwt',
  )
  .refine(
    ({ clientAuthentication: method, clientSecret }) =>
      (method !== 'client_secret_basic' && method !== 'client_secret_post') || clientSecret !== undefined,
    'needs a clientSecret for this clientAuthentication',
  );

const google = z.strictObject({ ...common, ...openid, preset: z.literal('google'), clientSecret: words });

const entra = z
  .strictObject({
    ...common,
    ...openid,
    preset: z.literal('entra'),
    clientSecret: words,
    /** One tenant; or several, or `any`, with the issuer of all tenants. */
    tenant: tenant.optional(),
    tenants: z.union([z.literal('any'), z.array(tenant).min(1).max(1000)]).optional(),
  })
  .refine(
    ({ tenant: one, tenants }) => (one === undefined) !== (tenants === undefined),
    'needs either tenant or tenants',
  )
  // The administrators of each tenant choose the addresses and names of its users: any of them could claim any.
  .refine(
    ({ tenants, trust }) => tenants !== 'any' || (trust?.email !== 'all' && trust?.username !== true),
    'must not have trust.email all or trust.username with any tenant',
  );

const apple = z.strictObject({
  ...common,
  preset: z.literal('apple'),
  teamId: words,
  keyId: words,
  privateKey: pem,
});

const github = z.strictObject({
  ...common,
  preset: z.literal('github'),
  clientSecret: words,
  /** A GitHub Enterprise Server. */
  url: secureUrl.optional(),
});

/** The settings of the providers whose users can sign in, as the operator writes them. */
export const providersSchema = z
  .array(
    z.discriminatedUnion('preset', [google, entra, apple, github, generic], {
      error: 'must be google, entra, apple or github; or leave it out and set the issuer',
    }),
  )
  .max(50, 'must have at most 50 providers')
  .refine(
    (providers) => new Set(providers.map((provider) => provider.id)).size === providers.length,
    'must have different ids',
  );

/** A provider as the operator writes it. */
export type ProviderInput = z.output<typeof providersSchema>[number];
