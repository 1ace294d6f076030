import { sha256 } from '../crypto/hash.js';
import { randomId, randomSecret } from '../crypto/random.js';
import { formatScope } from '../protocol/index.js';
import type {
  AccountRecord,
  ClientRecord,
  CodeRecord,
  GrantRecord,
  OpaqueAccessTokenRecord,
  ResourceAccess,
} from '../storage/ports/index.js';
import { issueAccessToken } from './access-token.js';
import type { IssuanceDependencies } from './issue.js';

/** A developer who tries an app: whom the token speaks for, and what it is for. */
export interface PersonalSubject {
  readonly client: ClientRecord;
  readonly account: AccountRecord;
  readonly scopes: readonly string[];
  /** The default audience of the app's tokens. */
  readonly audience: string;
  /** The resources that the token is for, with the scopes that are of use at each. */
  readonly access: readonly ResourceAccess[];
  /** How long the token is good for, in seconds. */
  readonly seconds: number;
}

/** A developer's own token that they have not been given yet: storage must take the records first. */
export interface IssuedPersonalAccessToken {
  /** The JSON of the token response (RFC 6749 §5.1). */
  readonly body: string;
  readonly grant: GrantRecord;
  /** Spent from its birth, and known to nobody. It runs out with the token. */
  readonly code: CodeRecord;
  readonly accessToken: OpaqueAccessTokenRecord | null;
}

/**
 * An access token alone. No ID token: nobody signed in. No refresh token: whoever wants another one asks again.
 */
export async function issuePersonalAccessToken(
  dependencies: IssuanceDependencies,
  subject: PersonalSubject,
): Promise<IssuedPersonalAccessToken> {
  const { clock, random } = dependencies;
  const { client, account, scopes, audience, access, seconds } = subject;
  const now = clock();
  const grant: GrantRecord = {
    id: randomId(random),
    kind: 'personal_access_token',
    clientId: client.id,
    accountId: account.id,
    scopes,
    audience,
    sessionId: '',
    authTime: now,
    details: { access },
    createdAt: now,
    revokedAt: null,
  };
  const { token, record } = await issueAccessToken(dependencies, {
    client,
    grant,
    account,
    scopes,
    audience: access.map(({ resource }) => resource),
    accessTokenSeconds: seconds,
  });
  return {
    body: JSON.stringify({
      access_token: token,
      token_type: 'Bearer',
      expires_in: seconds,
      scope: formatScope(scopes),
    }),
    grant,
    code: {
      hash: sha256(randomSecret(random)),
      grantId: grant.id,
      redirectUri: '',
      redirectUriSent: false,
      codeChallenge: null,
      nonce: null,
      expiresAt: now + seconds,
      spentAt: now,
    },
    accessToken: record,
  };
}
