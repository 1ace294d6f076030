import type { ExternalTrust } from '../accounts/external-claims.js';
import type { ProviderInput } from '../config/provider-settings.js';

/** How this server authenticates at the token endpoint of a provider. */
export type ProviderCredentials =
  | { readonly method: 'none' }
  | { readonly method: 'client_secret_basic' | 'client_secret_post'; readonly secret: string }
  | {
      readonly method: 'private_key_jwt';
      readonly algorithm: string;
      readonly keyId: string | undefined;
      /** PKCS #8 in PEM. */
      readonly privateKey: string;
    }
  | {
      readonly method: 'apple';
      readonly teamId: string;
      readonly keyId: string;
      readonly privateKey: string;
    };

/** What all kinds of provider have. */
export interface CommonProviderSettings {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly credentials: ProviderCredentials;
  /** Which claims are taken over (`accounts/external-claims.ts`). */
  readonly trust: ExternalTrust;
  readonly vouchesForMethods: boolean;
  readonly createsAccounts: boolean;
  readonly domains: readonly string[];
}

export interface OpenIdProviderSettings extends CommonProviderSettings {
  readonly kind: 'openid';
  readonly issuer: string;
  /** Below which the metadata is, if that is not the issuer. */
  readonly discoveryIssuer: string | undefined;
  /** The tenants whose users may sign in, where the issuer is a template. */
  readonly tenants: 'any' | readonly string[];
  readonly scopes: readonly string[];
  readonly postsForm: boolean;
  /** Whether the provider knows `prompt=login`. */
  readonly promptsLogin: boolean;
  readonly passesAcrValues: boolean;
  /** Standard claims, with the names that the provider has for them. */
  readonly claims: Readonly<Record<string, string>>;
  readonly requiredClaims: Readonly<Record<string, readonly string[]>>;
  readonly authorizationParameters: Readonly<Record<string, string>>;
  /** Whether users who sign out here sign out there. */
  readonly signOut: 'never' | 'offer' | 'always';
}

export interface GitHubProviderSettings extends CommonProviderSettings {
  readonly kind: 'github';
  readonly url: string;
  readonly apiUrl: string;
}

/** A provider with all of its settings. */
export type ProviderSettings = OpenIdProviderSettings | GitHubProviderSettings;

/** The settings of a provider with its defaults, and those of its preset. */
export function expandProvider(provider: ProviderInput): ProviderSettings {
  switch (provider.preset) {
    case 'google':
      return {
        ...openidDefaults(provider, 'Google'),
        issuer: 'https://accounts.google.com',
        credentials: { method: 'client_secret_basic', secret: provider.clientSecret },
        trust: { email: provider.trust?.email ?? 'verified', username: false },
        // It knows no `login`, and refuses what it does not know.
        promptsLogin: false,
      };
    case 'entra':
      return expandEntra(provider);
    case 'apple': {
      const { teamId, keyId, privateKey } = provider;
      return {
        ...openidDefaults({ ...provider, scopes: ['openid', 'email', 'name'] }, 'Apple'),
        issuer: 'https://appleid.apple.com',
        credentials: { method: 'apple', teamId, keyId, privateKey },
        trust: { email: provider.trust?.email ?? 'verified', username: false },
        // It requires a form for the scopes `email` and `name`.
        postsForm: true,
        promptsLogin: false,
      };
    }
    case 'github': {
      const url = (provider.url ?? GITHUB).replace(/\/$/, '');
      return {
        ...commonDefaults(provider, 'GitHub'),
        kind: 'github',
        credentials: { method: 'client_secret_post', secret: provider.clientSecret },
        trust: { email: provider.trust?.email ?? 'verified', username: false },
        url,
        apiUrl: url === GITHUB ? 'https://api.github.com' : `${url}/api/v3`,
      };
    }
    default:
      return {
        ...openidDefaults(provider, new URL(provider.issuer).hostname),
        issuer: provider.issuer,
        credentials: credentialsOf(provider),
      };
  }
}

const GITHUB = 'https://github.com';
const ENTRA = 'https://login.microsoftonline.com';

function expandEntra(provider: Extract<ProviderInput, { preset: 'entra' }>): OpenIdProviderSettings {
  const { tenant, tenants = [], trust } = provider;
  return {
    ...openidDefaults(provider, 'Microsoft'),
    issuer: tenant === undefined ? `${ENTRA}/{tenantid}/v2.0` : `${ENTRA}/${tenant}/v2.0`,
    discoveryIssuer: tenant === undefined ? `${ENTRA}/organizations/v2.0` : undefined,
    tenants,
    credentials: { method: 'client_secret_post', secret: provider.clientSecret },
    // Administrators of a tenant choose the email addresses of its users freely, and Entra sends no email_verified.
    trust: { email: trust?.email ?? 'none', username: trust?.username ?? false },
  };
}

function credentialsOf(provider: Extract<ProviderInput, { issuer: string }>): ProviderCredentials {
  const { clientSecret: secret, privateKey, keyId, keyAlgorithm: algorithm = 'ES256' } = provider;
  const method = provider.clientAuthentication;
  // The schema makes sure that the secret or the key of the method is there.
  if (privateKey !== undefined && (method === undefined || method === 'private_key_jwt')) {
    return { method: 'private_key_jwt', algorithm, keyId, privateKey };
  }
  if (secret === undefined || method === 'none') return { method: 'none' };
  return { method: method === 'client_secret_post' ? method : 'client_secret_basic', secret };
}

type CommonInput = Pick<ProviderInput, 'id' | 'name' | 'clientId' | 'trust' | 'createsAccounts' | 'domains'>;

type OpenIdInput = CommonInput &
  Partial<
    Pick<
      Extract<ProviderInput, { issuer: string }>,
      'scopes' | 'passesAcrValues' | 'claims' | 'requiredClaims' | 'authorizationParameters' | 'signOut'
    >
  >;

function commonDefaults(provider: CommonInput, name: string) {
  const { id, clientId, trust } = provider;
  return {
    id,
    name: provider.name ?? name,
    clientId,
    trust: { email: trust?.email ?? 'none', username: trust?.username ?? false },
    vouchesForMethods: trust?.methods ?? false,
    createsAccounts: provider.createsAccounts ?? true,
    domains: provider.domains ?? [],
  } as const;
}

function openidDefaults(provider: OpenIdInput, name: string) {
  return {
    ...commonDefaults(provider, name),
    kind: 'openid',
    discoveryIssuer: undefined,
    tenants: [],
    scopes: provider.scopes ?? ['openid', 'profile', 'email'],
    postsForm: false,
    promptsLogin: true,
    passesAcrValues: provider.passesAcrValues ?? false,
    claims: provider.claims ?? {},
    requiredClaims: provider.requiredClaims ?? {},
    authorizationParameters: provider.authorizationParameters ?? {},
    signOut: provider.signOut ?? 'offer',
  } as const;
}
