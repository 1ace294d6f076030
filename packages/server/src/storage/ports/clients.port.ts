import type {
  AccessTokenFormat,
  ClientAuthenticationMethod,
  GrantType,
  ResponseType,
  SigningAlgorithm,
} from '@grantor/protocol';

/**
 * What an old client may do that a new one may not. Each is off unless the client's record names it.
 * `clients/compatibility.ts` says what each allows and why somebody needs it.
 */
export type CompatibilitySetting =
  | 'allow_code_without_pkce'
  | 'allow_omitted_redirect_uri_with_openid'
  | 'allow_omitted_redirect_uri_at_token'
  | 'allow_hybrid_code_in_query';

/** A registered app. */
export interface ClientRecord {
  /** The `client_id`. */
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the secret; null for a public client. */
  readonly secretHash: string | null;
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
  readonly enabled: boolean;
  /** Seconds since the epoch. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** What an update may change. */
export type ClientChanges = Partial<Omit<ClientRecord, 'id' | 'createdAt' | 'secretHash'>> & {
  readonly updatedAt: number;
};

/** One page of a list, newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page starts; null on the last one. */
  readonly next: PageCursor | null;
}

/** A place in a list ordered by creation: the last item seen. */
export interface PageCursor {
  readonly createdAt: number;
  readonly id: string;
}

export interface ClientStore {
  find(id: string): Promise<ClientRecord | undefined>;
  /** @param limit the most items to return */
  list(options: { limit: number; after: PageCursor | null }): Promise<Page<ClientRecord>>;
  create(client: ClientRecord): Promise<'created' | 'idTaken'>;
  /** Changes the named fields in one statement and returns the client as it is afterwards. */
  update(id: string, changes: ClientChanges): Promise<ClientRecord | 'missing'>;
  /** Deletes the client and, in the same unit, all that was ever granted to it. */
  delete(id: string): Promise<'deleted' | 'missing'>;
}
