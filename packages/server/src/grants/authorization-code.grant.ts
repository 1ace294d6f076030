import { isCodeVerifier } from '@grantor/protocol';
import { allows } from '../clients/compatibility.js';
import type { Clock } from '../crypto/clock.js';
import { equalInConstantTime, sha256 } from '../crypto/hash.js';
import { OAuthError, type Parameters } from '../protocol/index.js';
import type { ClientRecord, CodeRecord, GrantStore } from '../storage/ports/index.js';
import type { Grant } from './grant-type.js';
import { type GrantedAccessDependencies, tokenAccess } from './granted-access.js';
import type { CreateReuseEvent } from './reuse.js';
import { wantsFor } from './token-wants.js';

/** The authorization code grant (RFC 6749 §4.1.3) with PKCE (RFC 7636 §4.6). */
export function authorizationCodeGrant(
  grants: GrantStore,
  deployment: GrantedAccessDependencies,
  clock: Clock,
  createReuseEvent: CreateReuseEvent,
): Grant {
  return {
    type: 'authorization_code',
    async redeem({ client, parameters, noteUser }) {
      if (parameters.code === undefined) throw new OAuthError('invalid_request', "'code' is missing");
      const hash = sha256(parameters.code);
      const found = await grants.findCode(hash);
      // RFC 6749 §5.2: a code of another client is refused as an unknown one is. It stays valid.
      if (found === undefined || found.grant.clientId !== client.id) throw refused();
      const { code, grant, account } = found;
      noteUser(account.id);
      if (code.spentAt !== null) {
        // RFC 6749 §4.1.2
        await grants.revoke(grant.id, clock(), createReuseEvent('authorization_code_reused', grant));
        throw refused('the code was used a second time');
      }
      if (code.expiresAt <= clock()) throw refused('the code has expired');
      if (grant.revokedAt !== null || account.disabledAt !== null) throw refused('its grant has ended');
      checkRedirectUri(parameters, code, client);
      checkVerifier(parameters, code, client);
      const access = await tokenAccess(deployment, parameters, { client, grant, now: clock() });
      return {
        kind: 'redemption',
        subject: { kind: 'user', client, grant, account, ...access },
        wants: wantsFor(client, access.scopes, code.nonce, { replaced: null }),
        async commit(records, body) {
          const tokens = { grantId: grant.id, ...records };
          const reuse = createReuseEvent('authorization_code_reused', grant);
          const outcome = await grants.redeemCode(hash, tokens, clock(), reuse);
          if (outcome !== 'redeemed') throw refused('another request was quicker');
          return body;
        },
      };
    },
  };
}

/** RFC 6749 §4.1.3: the value of the authorization request, if it had one. PKCE makes it redundant (OAuth 2.1 §10.2). */
function checkRedirectUri(parameters: Parameters, code: CodeRecord, client: ClientRecord): void {
  const { redirect_uri: sent } = parameters;
  if (sent !== undefined) {
    if (sent !== code.redirectUri) {
      throw new OAuthError('invalid_grant', "'redirect_uri' is not the one of the authorization request");
    }
    return;
  }
  const needed =
    code.redirectUriSent &&
    code.codeChallenge === null &&
    !allows(client, 'allow_omitted_redirect_uri_at_token');
  if (needed) {
    throw new OAuthError(
      'invalid_grant',
      "'redirect_uri' is missing; send the one of the authorization request",
    );
  }
}

function checkVerifier(parameters: Parameters, code: CodeRecord, client: ClientRecord): void {
  const { code_verifier: verifier } = parameters;
  if (code.codeChallenge === null) {
    // RFC 9700 §2.1.1: a verifier without a challenge shows that the challenge was removed on its way.
    if (verifier !== undefined) {
      throw new OAuthError(
        'invalid_grant',
        "'code_verifier' is sent, but the request had no 'code_challenge'",
      );
    }
    // Checked again here, since the client can have lost its secret or its setting since the request.
    if (client.authenticationMethod === 'none' && !allows(client, 'allow_code_without_pkce')) {
      throw new OAuthError('invalid_grant', 'An app without a secret must use PKCE');
    }
    return;
  }
  if (verifier === undefined) throw new OAuthError('invalid_grant', "'code_verifier' is missing");
  if (!isCodeVerifier(verifier)) {
    throw new OAuthError('invalid_grant', "'code_verifier' must be 43 to 128 letters, digits or -._~");
  }
  // RFC 7636 §4.6
  if (!equalInConstantTime(sha256(verifier), code.codeChallenge)) {
    throw new OAuthError('invalid_grant', "'code_verifier' does not fit the 'code_challenge'");
  }
}

function refused(internal?: string): OAuthError {
  return new OAuthError(
    'invalid_grant',
    "'code' is unknown, expired, already used, or was issued to another app",
    internal === undefined ? {} : { internal },
  );
}
