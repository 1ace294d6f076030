import { parseScope } from '@grantor/protocol';
import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { Keyring } from '../keys/keyring.js';
import type { ClientRecord, ClientStore, GrantStore, GrantWithAccount } from '../storage/ports/index.js';
import { ACCESS_TOKEN_TYPE, grantIdOf } from './access-token.js';

/** A live access token, whichever its format. */
export interface LiveAccessToken extends GrantWithAccount {
  readonly client: ClientRecord;
  readonly scopes: readonly string[];
  readonly format: 'jwt' | 'opaque';
}

/** What storage knows of one; its client is yet to be looked at. */
type FoundAccessToken = Omit<LiveAccessToken, 'client'>;

export interface AccessTokenReader {
  /** @returns undefined for anything that is not a live access token of this server */
  read(token: string): Promise<LiveAccessToken | undefined>;
}

/**
 * Reads access tokens of both formats; a token lives no longer than its grant, and is dead while
 * its person's account or its client is disabled.
 */
export function createAccessTokenReader(dependencies: {
  readonly issuer: string;
  readonly keyring: Keyring;
  readonly clients: ClientStore;
  readonly grants: GrantStore;
  readonly clock: Clock;
}): AccessTokenReader {
  const { issuer, keyring, clients, grants, clock } = dependencies;

  async function readJwt(token: string): Promise<FoundAccessToken | undefined> {
    const claims = await keyring.read(token, ACCESS_TOKEN_TYPE, issuer);
    const grantId = grantIdOf(claims?.jti);
    const found = grantId === undefined ? undefined : await grants.find(grantId);
    if (found === undefined || typeof claims?.scope !== 'string') return undefined;
    return { ...found, scopes: parseScope(claims.scope), format: 'jwt' };
  }

  async function readOpaque(token: string): Promise<FoundAccessToken | undefined> {
    const found = await grants.findOpaqueAccessToken(sha256(token));
    if (found === undefined || found.token.expiresAt <= clock()) return undefined;
    return { grant: found.grant, account: found.account, scopes: found.token.scopes, format: 'opaque' };
  }

  return {
    async read(token) {
      const live = await (token.includes('.') ? readJwt(token) : readOpaque(token));
      if (live === undefined || live.grant.revokedAt !== null || live.account.disabledAt !== null) {
        return undefined;
      }
      const client = await clients.find(live.grant.clientId);
      return client?.enabled === true ? { ...live, client } : undefined;
    },
  };
}
