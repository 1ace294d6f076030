import type { JWTPayload } from 'jose';
import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { Keyring } from '../keys/keyring.js';
import { parseScope } from '../protocol/index.js';
import type {
  Binding,
  ClientRecord,
  ClientStore,
  ClientTokenStore,
  GrantStore,
  GrantWithAccount,
  OpaqueAccessTokenRecord,
  RevokedTokenStore,
} from '../storage/ports/index.js';
import { ACCESS_TOKEN_TYPE, credentialsVersionOf, grantIdOf } from './access-token.js';
import { bindingIn } from './binding.js';

/** What is known of a live access token, of a user or of a client. */
interface AccessTokenFacts {
  readonly format: 'jwt' | 'opaque';
  /** Identifies it in storage: the `jti` of a JWT, the hash of an opaque token. */
  readonly id: string;
  readonly client: ClientRecord;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** What its sender must prove to have. An endpoint that checks no proof refuses every binding but `none`. */
  readonly binding: Binding;
}

/** One that lets the client act for a user. */
export interface GrantedAccessToken extends AccessTokenFacts, GrantWithAccount {
  readonly kind: 'granted';
}

/** A client's own (RFC 6749 §4.4). */
export interface ClientAccessToken extends AccessTokenFacts {
  readonly kind: 'client';
  /** The version of the client's credentials that it was issued to. It is invalid once the client has another. */
  readonly credentialsVersion: number;
}

/** A live access token, whichever its format. */
export type LiveAccessToken = GrantedAccessToken | ClientAccessToken;

/** What the token and storage say. Its client is not checked yet. */
type Found = (Omit<GrantedAccessToken, 'client'> | Omit<ClientAccessToken, 'client'>) & {
  readonly clientId: string;
};

export interface AccessTokenReader {
  /** @returns undefined for anything that is not a live access token of this server */
  read(token: string): Promise<LiveAccessToken | undefined>;
}

export interface AccessTokenReaderDependencies {
  readonly issuer: string;
  readonly keyring: Keyring;
  readonly clients: ClientStore;
  readonly clientTokens: ClientTokenStore;
  readonly grants: GrantStore;
  readonly revokedTokens: RevokedTokenStore;
  readonly clock: Clock;
}

/**
 * Reads access tokens of both formats. A token is invalid once it or its grant is revoked, and while the account or the
 * client is disabled. A client's own token is invalid once the client has other credentials.
 */
export function createAccessTokenReader(dependencies: AccessTokenReaderDependencies): AccessTokenReader {
  const { issuer, keyring, clients, clientTokens, grants, revokedTokens, clock } = dependencies;

  async function readJwt(token: string): Promise<Found | undefined> {
    const claims = await keyring.read(token, ACCESS_TOKEN_TYPE, issuer);
    if (claims === undefined) return undefined;
    const { sub, client_id: clientId, jti: id, iat, exp } = claims;
    if (typeof id !== 'string' || typeof clientId !== 'string') return undefined;
    if (iat === undefined || exp === undefined) return undefined;
    const binding = bindingIn(claims.cnf);
    if (binding === undefined) return undefined;
    const grantId = grantIdOf(id);
    const [revoked, granted] = await Promise.all([
      revokedTokens.has(id),
      grantId === undefined ? undefined : grants.find(grantId),
    ]);
    if (revoked) return undefined;
    const facts = {
      format: 'jwt',
      id,
      clientId,
      ...purposeOf(claims),
      issuedAt: iat,
      expiresAt: exp,
      binding,
    } as const;
    if (grantId !== undefined) return granted && { kind: 'granted', ...granted, ...facts };
    return sub === clientId
      ? { kind: 'client', ...facts, credentialsVersion: credentialsVersionOf(id) }
      : undefined;
  }

  async function readOpaque(token: string): Promise<Found | undefined> {
    const id = sha256(token);
    const granted = await grants.findOpaqueAccessToken(id);
    if (granted === undefined) return readClientToken(id);
    const { token: record, grant, account } = granted;
    if (record.expiresAt <= clock()) return undefined;
    // Tokens from before they had an audience of their own have that of their grant.
    const audience = record.audience.length === 0 ? [grant.audience] : record.audience;
    return {
      kind: 'granted',
      ...factsOf(record),
      audience,
      grant,
      account,
      clientId: grant.clientId,
    };
  }

  async function readClientToken(id: string): Promise<Found | undefined> {
    const record = await clientTokens.find(id);
    if (record === undefined || record.expiresAt <= clock()) return undefined;
    const { clientId, credentialsVersion } = record;
    return { kind: 'client', ...factsOf(record), clientId, credentialsVersion };
  }

  return {
    async read(token) {
      const found = await (token.includes('.') ? readJwt(token) : readOpaque(token));
      if (found === undefined) return undefined;
      const { clientId, ...live } = found;
      if (live.kind === 'granted' && (live.grant.revokedAt !== null || live.account.disabledAt !== null)) {
        return undefined;
      }
      const client = await clients.find(clientId);
      if (client?.enabled !== true) return undefined;
      if (live.kind === 'client' && live.credentialsVersion !== client.credentialsVersion) return undefined;
      return { ...live, client };
    },
  };
}

/** What the record of an opaque access token says. */
function factsOf({ hash: id, scopes, audience, binding, issuedAt, expiresAt }: OpaqueAccessTokenRecord) {
  return { format: 'opaque', id, scopes, audience, binding, issuedAt, expiresAt } as const;
}

/** The scopes and the audience of a JWT access token. */
function purposeOf({ scope, aud }: JWTPayload): Pick<AccessTokenFacts, 'scopes' | 'audience'> {
  return {
    scopes: typeof scope === 'string' ? parseScope(scope) : [],
    audience: aud === undefined ? [] : [aud].flat(),
  };
}
