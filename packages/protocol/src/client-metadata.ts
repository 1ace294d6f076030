/** The grant types that a client can be registered for (RFC 7591 §2). */
export const grantTypes = ['authorization_code', 'refresh_token'] as const;
export type GrantType = (typeof grantTypes)[number];

/** How a client proves who it is at the token endpoint (RFC 7591 §2, OpenID Connect Core 1.0 §9). */
export const clientAuthenticationMethods = ['client_secret_basic', 'client_secret_post', 'none'] as const;
export type ClientAuthenticationMethod = (typeof clientAuthenticationMethods)[number];

/** Algorithms that sign ID tokens and access tokens (RFC 7518 §3.1). The first is the default. */
export const signingAlgorithms = ['ES256', 'RS256'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

/** What an access token looks like: a signed JWT (RFC 9068), or a reference that only Grantor can read. */
export const accessTokenFormats = ['jwt', 'opaque'] as const;
export type AccessTokenFormat = (typeof accessTokenFormats)[number];

/** The `prompt` values of OpenID Connect Core 1.0 §3.1.2.1. */
export const prompts = ['none', 'login', 'consent', 'select_account'] as const;
export type Prompt = (typeof prompts)[number];
