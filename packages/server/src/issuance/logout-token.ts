import { randomId } from '../crypto/random.js';
import type { AccountRecord, ClientRecord } from '../storage/ports/index.js';
import type { IssuanceDependencies } from './dependencies.js';

/** The `typ` of a logout token, which tells it from ID tokens and access tokens (Back-Channel Logout 1.0 §2.4). */
const LOGOUT_TOKEN_TYPE = 'logout+jwt';

/** Back-Channel Logout 1.0 §2.4 */
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Short, so that a leaked token expires soon (Back-Channel Logout 1.0 §4 recommends two minutes at most). */
const LIFETIME_SECONDS = 120;

/**
 * A logout token (Back-Channel Logout 1.0 §2.4), signed as the client's ID tokens are. It has both `sub` and
 * `sid`, and never a `nonce`.
 */
export function issueLogoutToken(
  {
    issuer,
    keyring,
    clock,
    random,
    subjectOf,
  }: Pick<IssuanceDependencies, 'issuer' | 'keyring' | 'clock' | 'random' | 'subjectOf'>,
  client: ClientRecord,
  account: AccountRecord,
  sessionId: string,
): Promise<string> {
  const now = clock();
  return keyring.sign(client.idTokenAlgorithm, LOGOUT_TOKEN_TYPE, {
    iss: issuer,
    sub: subjectOf(account, client),
    aud: client.id,
    iat: now,
    exp: now + LIFETIME_SECONDS,
    jti: randomId(random),
    events: { [LOGOUT_EVENT]: {} },
    sid: sessionId,
  });
}
