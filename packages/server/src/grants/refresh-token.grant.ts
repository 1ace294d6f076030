import { OAuthError, type Parameters, parseScope } from '@grantor/protocol';
import { stillRegistered } from '../clients/scopes.js';
import type { Catalogue } from '../consents/catalogue.js';
import type { ScopeCatalogue } from '../consents/scope-catalogue.js';
import type { Clock } from '../crypto/clock.js';
import { sha256 } from '../crypto/hash.js';
import type { Lifetimes } from '../issuance/issue.js';
import { refreshTokenEnd } from '../issuance/refresh-token.js';
import type { ClientRecord, GrantRecord, GrantStore, RefreshTokenRecord } from '../storage/ports/index.js';
import type { Grant, Repetition } from './grant-type.js';
import { narrowedAudience } from './resources.js';
import type { DescribeReuse } from './reuse.js';
import type { SealedAnswers } from './sealed-answers.js';

export interface RefreshTokenGrantDependencies {
  readonly grants: GrantStore;
  readonly scopes: ScopeCatalogue;
  readonly answers: SealedAnswers;
  readonly clock: Clock;
  /** How long a retry of the same refresh gets the same answer again, in seconds. */
  readonly retrySeconds: number;
  readonly describeReuse: DescribeReuse;
  readonly lifetimes: Lifetimes;
}

/**
 * The refresh token grant (RFC 6749 §6) with rotation: each token has one successor. A retry within a
 * short time gets the first answer again, since networks lose answers; later it is a replay, and the
 * whole family ends (RFC 9700 §4.14.2).
 */
export function refreshTokenGrant(dependencies: RefreshTokenGrantDependencies): Grant {
  const {
    grants,
    scopes: catalogueOf,
    answers,
    clock,
    retrySeconds,
    describeReuse,
    lifetimes,
  } = dependencies;

  async function repeat(token: string, record: RefreshTokenRecord, grant: GrantRecord): Promise<Repetition> {
    const now = clock();
    const isRetry = retrySeconds > 0 && now - (record.spentAt ?? 0) <= retrySeconds;
    if (isRetry && record.sealedAnswer !== null) {
      const body = answers.open(token, record.sealedAnswer);
      if (body !== undefined) return { kind: 'repetition', body };
    }
    await grants.revoke(grant.id, now, describeReuse('refresh_token_reused', grant));
    throw refused('a spent refresh token came back; its family has ended');
  }

  return {
    type: 'refresh_token',
    async redeem({ client, parameters }) {
      const token = parameters.refresh_token;
      if (token === undefined) throw new OAuthError('invalid_request', "'refresh_token' is missing");
      const hash = sha256(token);
      const found = await grants.findRefreshToken(hash);
      // RFC 6749 §6: bound to the client it was issued to; another's attempt must not end the family.
      if (found === undefined || found.grant.clientId !== client.id) throw refused();
      const { token: record, grant, account } = found;
      if (grant.revokedAt !== null || account.disabledAt !== null) throw refused('its grant has ended');
      const catalogue = await catalogueOf.consult([...grant.scopes, ...client.scopes]);
      const scopes = narrowedScopes(parameters, grant, client, catalogue);
      const audience = narrowedAudience(parameters, grant);
      // A public client cannot prove that it is the one whom the token was given (RFC 9700 §4.14.2).
      const rotates =
        client.authenticationMethod === 'none' || client.metadata.refresh_token_rotation !== false;
      if (record.spentAt !== null) return repeat(token, record, grant);
      if (record.expiresAt <= clock()) throw refused('the refresh token has expired');
      return {
        kind: 'redemption',
        client,
        grant,
        account,
        scopes,
        audience,
        keepsRefreshToken: !rotates,
        nonce: null, // OpenID Connect Core 1.0 §12.2: it should not be in an ID token from a refresh
        async commit(issued) {
          if (!rotates) {
            const { accessToken } = issued.records;
            const end = refreshTokenEnd(grant, clock(), lifetimes);
            if ((await grants.keepRefreshToken(hash, accessToken, end)) === 'kept') return issued.body;
            throw refused('its grant ended meanwhile');
          }
          const outcome = await grants.rotateRefreshToken(
            hash,
            issued.records,
            answers.seal(token, issued.body),
            clock(),
          );
          if (outcome.outcome === 'rotated') return issued.body;
          if (outcome.outcome === 'missing') throw refused('its grant ended meanwhile');
          return (await repeat(token, outcome.token, grant)).body;
        },
      };
    },
  };
}

/**
 * RFC 6749 §6: what the request asks for, which may be less than was granted, never more. What the app
 * has lost since is not renewed.
 */
function narrowedScopes(
  parameters: Parameters,
  grant: GrantRecord,
  client: ClientRecord,
  catalogue: Catalogue,
): readonly string[] {
  const asked = parseScope(parameters.scope);
  if (!asked.every((name) => grant.scopes.includes(name))) {
    throw new OAuthError('invalid_scope', "'scope' names a scope that the person did not grant");
  }
  return stillRegistered(client, asked.length === 0 ? grant.scopes : asked, catalogue);
}

function refused(internal?: string): OAuthError {
  return new OAuthError(
    'invalid_grant',
    "'refresh_token' is unknown, expired, already used, or was issued to another app",
    internal === undefined ? {} : { internal },
  );
}
