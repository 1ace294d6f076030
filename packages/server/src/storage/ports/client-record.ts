import type {
  AccessTokenFormat,
  ApplicationType,
  ClientAuthenticationMethod,
  GrantType,
  IdTokenClaims,
  ResponseType,
  SigningAlgorithm,
  SubjectType,
} from '../../protocol/index.js';

/**
 * What an old client may do that a new one may not. Each is off unless the client's record names it.
 * `clients/compatibility.ts` says what each allows and why somebody needs it.
 */
export type CompatibilitySetting =
  | 'allow_code_without_pkce'
  | 'allow_remembered_consent_at_https'
  | 'allow_omitted_redirect_uri_with_openid'
  | 'allow_omitted_redirect_uri_at_token'
  | 'allow_hybrid_code_in_query'
  | 'allow_introspection_without_credentials';

/**
 * What a client registered beyond what every client has (RFC 7591 §2, OpenID Connect Registration 1.0 §2,
 * OpenID Connect Session, Front-Channel and Back-Channel Logout). Names and meanings are those of the
 * specifications; what is left out was not registered.
 */
export interface ClientMetadata {
  readonly application_type?: ApplicationType;
  readonly contacts?: readonly string[];
  readonly client_uri?: string;
  readonly logo_uri?: string;
  readonly policy_uri?: string;
  readonly tos_uri?: string;
  /** A JWK set with the client's public keys (RFC 7517 §5). */
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  readonly jwks_uri?: string;
  readonly token_endpoint_auth_signing_alg?: string;
  readonly subject_type?: SubjectType;
  readonly sector_identifier_uri?: string;
  readonly id_token_encrypted_response_alg?: string;
  readonly id_token_encrypted_response_enc?: string;
  readonly userinfo_signed_response_alg?: SigningAlgorithm;
  readonly userinfo_encrypted_response_alg?: string;
  readonly userinfo_encrypted_response_enc?: string;
  /** `none` or one of the client signature algorithms; without it any but `none` is taken. */
  readonly request_object_signing_alg?: string;
  readonly request_uris?: readonly string[];
  readonly default_max_age?: number;
  readonly require_auth_time?: boolean;
  readonly default_acr_values?: readonly string[];
  readonly initiate_login_uri?: string;
  readonly post_logout_redirect_uris?: readonly string[];
  readonly backchannel_logout_uri?: string;
  readonly backchannel_logout_session_required?: boolean;
  readonly frontchannel_logout_uri?: string;
  readonly frontchannel_logout_session_required?: boolean;
  readonly introspection_signed_response_alg?: SigningAlgorithm;
  /** False where a confidential client keeps its refresh token over its uses; the operator's to say. */
  readonly refresh_token_rotation?: boolean;
  /** What it does, in its developer's words. */
  readonly description?: string;
  /** The origins whose pages may call for it: `https://app.example.com`. */
  readonly allowed_origins?: readonly string[];
  /** Whether a part of it that cannot keep the secret may exchange codes with PKCE in its place. */
  readonly allow_pkce?: boolean;
  /** `all`: its ID tokens from the token endpoint hold the claims of the granted scopes. */
  readonly id_token_claims?: IdTokenClaims;
  readonly software_id?: string;
  readonly software_version?: string;
  /** The resources that it may ask access for (RFC 8707); without them, all that the deployment knows. */
  readonly resources?: readonly string[];
  /** The resources that it serves: it may introspect access tokens that are for one of them (RFC 7662 §4). */
  readonly protected_resources?: readonly string[];
}

/** A registered app. */
export interface ClientRecord {
  /** The `client_id`. */
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the secret; null for a public client. */
  readonly secretHash: string | null;
  /** The secret, sealed, where the client signs with it (`client_secret_jwt`); null for every other client. */
  readonly sealedSecret: string | null;
  readonly authenticationMethod: ClientAuthenticationMethod;
  /** At least one where the client uses redirects; the first is the one used when a request names none. */
  readonly redirectUris: readonly string[];
  readonly grantTypes: readonly GrantType[];
  readonly responseTypes: readonly ResponseType[];
  /** The scopes that the client may ask for; empty means all that the deployment knows. */
  readonly scopes: readonly string[];
  readonly accessTokenFormat: AccessTokenFormat;
  readonly idTokenAlgorithm: SigningAlgorithm;
  /** The `aud` of its access tokens; null means the deployment's own. */
  readonly audience: string | null;
  readonly compatibility: readonly CompatibilitySetting[];
  readonly metadata: ClientMetadata;
  readonly enabled: boolean;
  /** Whether an administrator stopped it, so that its developer cannot start it again. */
  readonly isSuspended: boolean;
  /** Who registered it: the ID of a person, of an API key of nobody's, or of another client; null where nobody is known. */
  readonly createdBy: string | null;
  readonly modifiedBy: string | null;
  /** The secret before this one, while both are good. */
  readonly previousSecret: PreviousSecret | null;
  /** The scopes that its developer asked for and an administrator has still to give or refuse. */
  readonly scopeRequests: readonly ScopeRequest[];
  /**
   * Counts on from anywhere how often everything that was issued to the client itself was ended; what its tokens say
   * must be this.
   */
  readonly credentialsVersion: number;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A secret that is on its way out. */
export interface PreviousSecret {
  /** SHA-256 of it. */
  readonly hash: string;
  /** The secret, sealed, where the client signs with it. */
  readonly sealed: string | null;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
}

/** A scope that the developer of an app asked an administrator for. */
export interface ScopeRequest {
  readonly scope: string;
  readonly requestedBy: string | null;
  /** Seconds since the epoch. */
  readonly requestedAt: number;
}
