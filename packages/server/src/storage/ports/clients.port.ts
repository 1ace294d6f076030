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
import type { Note } from './audit.port.js';
import type { ClientSecretStore } from './client-secrets.port.js';
import type { Page, PageRequest } from './page.js';
import type { ScopeRequest } from './scopes.port.js';

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

/** What an update may change. */
export type ClientChanges = Partial<
  Omit<
    ClientRecord,
    'id' | 'createdAt' | 'createdBy' | 'secretHash' | 'sealedSecret' | 'previousSecret' | 'credentialsVersion'
  >
> & {
  readonly updatedAt: number;
  /** The app's picture as a `data:` URI, or null for none any more. */
  readonly logo?: string | null;
  /** Ends, in the same unit, all that was granted to the client and its own tokens. Consents stay. */
  readonly endsAccess?: boolean;
};

/** How many clients there may be. */
export interface ClientCaps {
  /** By whoever creates this one. */
  readonly perCreator?: number;
  readonly total?: number;
}

export interface ClientStore extends ClientSecretStore {
  find(id: string): Promise<ClientRecord | undefined>;
  /** Whether any enabled client has the setting. It searches all clients: callers remember the result. */
  someAllows(setting: CompatibilitySetting): Promise<boolean>;
  /** @param createdBy whose clients alone; everybody's unless set */
  list(page: PageRequest, createdBy?: string): Promise<Page<ClientRecord>>;
  /**
   * @param options.caps where there are already that many, nothing is added; of many that try at once, no more get in
   * @param options.creator the person who creates it, who must be there still: nobody would be left to look after it
   * @param options.logo the app's picture as a `data:` URI
   * @param options.note what to remember of it, in the same unit
   * @throws OwnerGone where the creator is not there any more
   */
  create(
    client: ClientRecord,
    options?: {
      readonly caps?: ClientCaps;
      readonly creator?: string | undefined;
      readonly logo?: string | undefined;
      readonly note?: Note<ClientRecord> | undefined;
    },
  ): Promise<'created' | 'idTaken' | 'creatorFull' | 'full'>;
  /**
   * Changes the named fields and returns the client as it is afterwards.
   *
   * @param changes as a function: called with the client as it is, which nothing else changes meanwhile;
   *   what it throws leaves the client as it was. It may be called again, and has no effect but its result
   * @param note what to remember of it, in the same unit; called with the client as it is afterwards
   */
  update(
    id: string,
    changes: ClientChanges | ((client: ClientRecord) => ClientChanges),
    note?: Note<ClientRecord>,
  ): Promise<ClientRecord | 'missing'>;
  /**
   * Deletes the client and, in the same unit, all that was ever granted to it.
   *
   * @param note called with the client as it was; what it throws leaves the client there
   */
  delete(id: string, note?: Note<ClientRecord>): Promise<'deleted' | 'missing'>;
  /**
   * Deletes all clients of one who created them, or of everybody, with all that was ever granted to them: those
   * that are there when it begins. Each goes with all that hangs on it and its note or stays, but not all go at
   * once; where it fails in the middle, what is left goes when it is called again.
   *
   * @param createdBy null for everybody's
   * @param note called with each client as it was
   * @returns how many
   */
  deleteAll(createdBy: string | null, note?: Note<ClientRecord>): Promise<number>;
}
