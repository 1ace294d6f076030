import type { JWTPayload } from 'jose';
import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { Keyring } from '../keys/keyring.js';
import { parseScope } from '../protocol/index.js';
import type {
  ClientRecord,
  ClientStore,
  ClientTokenStore,
  GrantStore,
  GrantWithAccount,
  RevokedTokenStore,
} from '../storage/ports/index.js';
import { ACCESS_TOKEN_TYPE, credentialsVersionOf, grantIdOf } from './access-token.js';

/** What is known of a live access token, whosever it is. */
interface AccessTokenFacts {
  readonly format: 'jwt' | 'opaque';
  /** By what storage knows it: the `jti` of a JWT, the hash of a reference. */
  readonly id: string;
  readonly client: ClientRecord;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** One that speaks for a person. */
export interface GrantedAccessToken extends AccessTokenFacts, GrantWithAccount {
  readonly kind: 'granted';
}

/** A client's own (RFC 6749 §4.4). */
export interface ClientAccessToken extends AccessTokenFacts {
  readonly kind: 'client';
  /** The version of the client's credentials that it was issued to; of another than now's it is dead. */
  readonly credentialsVersion: number;
}

/** A live access token, whichever its format. */
export type LiveAccessToken = GrantedAccessToken | ClientAccessToken;

/** What a token and storage tell of it; its client is yet to be looked at. */
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
 * Reads access tokens of both formats; a token lives no longer than its grant, and is dead once it is
 * revoked, or while its person's account or its client is disabled. A client's own ends with its credentials.
 */
export function createAccessTokenReader(dependencies: AccessTokenReaderDependencies): AccessTokenReader {
  const { issuer, keyring, clients, clientTokens, grants, revokedTokens, clock } = dependencies;

  async function readJwt(token: string): Promise<Found | undefined> {
    const claims = await keyring.read(token, ACCESS_TOKEN_TYPE, issuer);
    if (claims === undefined) return undefined;
    const { sub, client_id: clientId, jti: id, iat, exp } = claims;
    if (typeof id !== 'string' || typeof clientId !== 'string') return undefined;
    if (iat === undefined || exp === undefined) return undefined;
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
    } as const;
    if (grantId !== undefined) return granted && { kind: 'granted', ...granted, ...facts };
    return sub === clientId
      ? { kind: 'client', ...facts, credentialsVersion: credentialsVersionOf(id) }
      : undefined;
  }

  async function readOpaque(token: string): Promise<Found | undefined> {
    const id = sha256(token);
    const granted = await grants.findOpaqueAccessToken(id);
    const record = granted?.token ?? (await clientTokens.find(id));
    if (record === undefined || record.expiresAt <= clock()) return undefined;
    const { scopes, audience, issuedAt, expiresAt } = record;
    const facts = { format: 'opaque', id, scopes, issuedAt, expiresAt } as const;
    if (granted === undefined) {
      return 'clientId' in record
        ? {
            kind: 'client',
            ...facts,
            audience,
            clientId: record.clientId,
            credentialsVersion: record.credentialsVersion,
          }
        : undefined;
    }
    const { grant, account } = granted;
    return {
      kind: 'granted',
      ...facts,
      grant,
      account,
      // Tokens from before they had an audience of their own have their grant's.
      audience: audience.length === 0 ? [grant.audience] : audience,
      clientId: grant.clientId,
    };
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

/** What a JWT access token is for, and for whom. */
function purposeOf({ scope, aud }: JWTPayload): Pick<AccessTokenFacts, 'scopes' | 'audience'> {
  return {
    scopes: typeof scope === 'string' ? parseScope(scope) : [],
    audience: aud === undefined ? [] : [aud].flat(),
  };
}
