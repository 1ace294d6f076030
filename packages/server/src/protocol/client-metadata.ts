/**
 * The grant types that a client can be registered for (RFC 7591 §2). `implicit` is not a grant of the token endpoint: it
 * stands for response types with tokens in the browser. `personal_access_token` is an extension, from DocSpace: a token
 * for the developer of the app, who tests the app with it.
 */
export const grantTypes = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'implicit',
  'personal_access_token',
] as const;
export type GrantType = (typeof grantTypes)[number];

/** The grant types that issue tokens without a user's consent (RFC 6749 §4.4). */
export const grantTypesWithoutUser: readonly GrantType[] = ['client_credentials'];

/** How a client authenticates at the token endpoint (RFC 7591 §2, OpenID Connect Core 1.0 §9). */
export const clientAuthenticationMethods = [
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
] as const;
export type ClientAuthenticationMethod = (typeof clientAuthenticationMethods)[number];

/** Algorithms that Grantor signs with (RFC 7518 §3.1, RFC 8037 §3.1). The first is the default. */
export const signingAlgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/**
 * Algorithms of the signatures that clients make, for request objects and `private_key_jwt`, and the keys that they need (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2).
 */
export const clientSignatureKeys = {
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  RS256: { kty: 'RSA', crv: undefined },
  RS384: { kty: 'RSA', crv: undefined },
  RS512: { kty: 'RSA', crv: undefined },
  PS256: { kty: 'RSA', crv: undefined },
  PS384: { kty: 'RSA', crv: undefined },
  PS512: { kty: 'RSA', crv: undefined },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
} as const;
export type ClientSignatureAlgorithm = keyof typeof clientSignatureKeys;
export const clientSignatureAlgorithms = Object.keys(clientSignatureKeys) as readonly string[] as readonly [
  ClientSignatureAlgorithm,
  ...ClientSignatureAlgorithm[],
];

/** RFC 9864 §2.2 renames EdDSA with an Ed25519 key. Keys of another curve are not accepted by either name. */
const edwardsNames: readonly string[] = ['EdDSA', 'Ed25519'];

/** The `alg` values that a signature by the registered algorithm may have. */
export function namesOfAlgorithm(registered: string): readonly string[] {
  return edwardsNames.includes(registered) ? edwardsNames : [registered];
}

/** Algorithms of `client_secret_jwt` (RFC 7518 §3.2). */
export const clientSecretAlgorithms = ['HS256', 'HS384', 'HS512'] as const;

/** How keys are encrypted for clients with encrypted tokens (RFC 7518 §4.1). */
export const keyEncryptionAlgorithms = [
  'RSA-OAEP',
  'RSA-OAEP-256',
  'ECDH-ES',
  'ECDH-ES+A128KW',
  'ECDH-ES+A256KW',
] as const;

/** How content is encrypted for them (RFC 7518 §5.1). The first is the default (OpenID Connect Registration 1.0 §2). */
export const contentEncryptionAlgorithms = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'] as const;

/** Whether a user has one `sub` for all clients or one for each sector (OpenID Connect Core 1.0 §8). */
export const subjectTypes = ['public', 'pairwise'] as const;
export type SubjectType = (typeof subjectTypes)[number];

/** Where a client runs (OpenID Connect Registration 1.0 §2). */
export const applicationTypes = ['web', 'native'] as const;
export type ApplicationType = (typeof applicationTypes)[number];

/** The format of an access token: a signed JWT (RFC 9068), or a reference that only Grantor can read. */
export const accessTokenFormats = ['jwt', 'opaque'] as const;
export type AccessTokenFormat = (typeof accessTokenFormats)[number];

/**
 * Which claims about the user an ID token from the token endpoint holds: those that the `claims` parameter names, or
 * also all of the granted scopes (OpenID Connect Core 1.0 §5.4, §5.5). The first is the default.
 */
export const idTokenClaims = ['standard', 'all'] as const;
export type IdTokenClaims = (typeof idTokenClaims)[number];

/** What a logo is: a square next to the name, or a picture that has the name in it. */
export const logoStyles = ['icon', 'wordmark'] as const;
export type LogoStyle = (typeof logoStyles)[number];

/** The `prompt` values of OpenID Connect Core 1.0 §3.1.2.1. */
export const prompts = ['none', 'login', 'consent', 'select_account'] as const;
export type Prompt = (typeof prompts)[number];

/** The `display` values of OpenID Connect Core 1.0 §3.1.2.1. The pages of Grantor fit all of them. */
export const displays = ['page', 'popup', 'touch', 'wap'] as const;
