import type {
  AccessTokenFormat,
  ApplicationType,
  ClientAuthenticationMethod,
  GrantType,
  IdTokenClaims,
  LogoStyle,
  ResponseType,
  SigningAlgorithm,
  SubjectType,
} from '../../protocol/index.js';

/**
 * What older clients may need and new ones may not do. Each is off unless the client's record names it.
 * `clients/compatibility.ts` says what each allows and who needs it.
 */
export type CompatibilitySetting =
  | 'allow_code_without_pkce'
  | 'allow_remembered_consent_at_https'
  | 'allow_omitted_redirect_uri_with_openid'
  | 'allow_omitted_redirect_uri_at_token'
  | 'allow_hybrid_code_in_query'
  | 'allow_introspection_without_credentials';

/**
 * Optional client metadata (RFC 7591 §2, OpenID Connect Registration 1.0 §2, OpenID Connect Session, Front-Channel and
 * Back-Channel Logout). Names and meanings are those of the specifications. A member is absent where the client did
 * not register it.
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
  /** `none` or one of the client signature algorithms; without it, any of them but `none` is accepted. */
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
  /** False where a confidential client keeps its refresh token when it uses it. Only an administrator sets it. */
  readonly refresh_token_rotation?: boolean;
  /** What the app does, as its developer describes it. */
  readonly description?: string;
  /** The scopes that users can leave out when they allow the app the rest. */
  readonly optional_scopes?: readonly string[];
  /** Who publishes the app, as users read it. */
  readonly publisher?: string;
  /** Whether an administrator verified the name, the publisher and the addresses of the app. */
  readonly verified?: boolean;
  /** The colours of buttons and links on its pages, in six hex digits. They need the permission of the operator. */
  readonly accent_light?: string;
  readonly accent_dark?: string;
  readonly logo_style?: LogoStyle;
  /** The origins whose pages may send requests for it: `https://app.example.com`. */
  readonly allowed_origins?: readonly string[];
  /** Whether a part of the app that cannot keep the secret may exchange codes with PKCE instead. */
  readonly allow_pkce?: boolean;
  /** `all`: its ID tokens from the token endpoint contain the claims of the granted scopes. */
  readonly id_token_claims?: IdTokenClaims;
  readonly software_id?: string;
  readonly software_version?: string;
  /** The resources that it may request access to (RFC 8707); without them, all resources of the deployment. */
  readonly resources?: readonly string[];
  /** The resources that it serves: it may introspect access tokens for one of them (RFC 7662 §4). */
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
  /** At least one where the client uses redirects; the first is the default of a request without `redirect_uri`. */
  readonly redirectUris: readonly string[];
  readonly grantTypes: readonly GrantType[];
  readonly responseTypes: readonly ResponseType[];
  /** The scopes that the client may request; empty means all scopes of the deployment. */
  readonly scopes: readonly string[];
  readonly accessTokenFormat: AccessTokenFormat;
  readonly idTokenAlgorithm: SigningAlgorithm;
  /** The `aud` of its access tokens; null means the deployment's own. */
  readonly audience: string | null;
  readonly compatibility: readonly CompatibilitySetting[];
  readonly metadata: ClientMetadata;
  readonly enabled: boolean;
  /** Whether an administrator suspended it, so that its developer cannot enable it. */
  readonly isSuspended: boolean;
  /** Who registered it: the ID of an account, of an API key without an account, or of a client; null where unknown. */
  readonly createdBy: string | null;
  readonly modifiedBy: string | null;
  /** The previous secret, while both are valid. */
  readonly previousSecret: PreviousSecret | null;
  /** The scopes that its developer requested and an administrator has not yet approved or refused. */
  readonly scopeRequests: readonly ScopeRequest[];
  /**
   * Increases each time all tokens that were issued to the client itself are revoked. A token of the client is valid
   * only with this number in it.
   */
  readonly credentialsVersion: number;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A secret that was rotated and has not yet expired. */
export interface PreviousSecret {
  /** SHA-256 of the secret. */
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
