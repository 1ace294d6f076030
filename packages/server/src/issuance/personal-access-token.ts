import { formatScope } from '../protocol/index.js';
import type {
  AccountRecord,
  ClientRecord,
  GrantRecord,
  NewTokens,
  ResourceAccess,
} from '../storage/ports/index.js';
import { issueAccessToken } from './access-token.js';
import type { IssuanceDependencies } from './dependencies.js';
import { newGrant } from './grant.js';

/** A developer who tries a client, and what the token is for. */
export interface PersonalSubject {
  readonly client: ClientRecord;
  readonly account: AccountRecord;
  readonly scopes: readonly string[];
  /** The default audience of the client's tokens. */
  readonly audience: string;
  /** The resources that the token is for, with the scopes that are of use at each. */
  readonly access: readonly ResourceAccess[];
  /** How long the token is valid, in seconds. */
  readonly seconds: number;
}

/** A developer's own token that is not sent yet: storage must take the records first. */
export interface IssuedPersonalAccessToken {
  /** The JSON of the token response (RFC 6749 §5.1). */
  readonly body: string;
  readonly grant: GrantRecord;
  readonly tokens: NewTokens;
}

/** An access token alone. No ID token, since no user signed in; no refresh token, since the developer can ask again. */
export async function issuePersonalAccessToken(
  dependencies: IssuanceDependencies,
  subject: PersonalSubject,
): Promise<IssuedPersonalAccessToken> {
  const { client, account, scopes, audience, access, seconds } = subject;
  const grant = newGrant(dependencies, {
    origin: { kind: 'developer', credentialsVersion: client.credentialsVersion },
    clientId: client.id,
    accountId: account.id,
    scopes,
    audience,
    details: { access },
    seconds,
  });
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
    tokens: { accessToken: record, refreshToken: null },
  };
}
