import { ClientError, OAuthResponseError } from './errors.js';
import type { Answer } from './http.js';
import { printable } from './printable.js';

/** What a developer does about the common error codes (RFC 6749 §5.2, RFC 6750 §3.1). */
const ADVICE: Record<string, string> = {
  invalid_client:
    'Check clientId and clientSecret, and that clientAuthentication is the method the app is registered for.',
  invalid_grant:
    'The code or refresh token is spent, revoked or expired, or belongs to another client or redirect URI. ' +
    'Send the user through startAuthorization again.',
  unauthorized_client: 'Allow this grant type in the registration of the app.',
  invalid_scope: 'Ask only for scopes that the app is registered for.',
  invalid_token: 'The access token is expired or revoked. Refresh the tokens.',
  insufficient_scope: 'Ask for the missing scope in startAuthorization.',
};

/**
 * Makes the error of an unsuccessful answer, from its JSON body (RFC 6749 §5.2) or its `WWW-Authenticate` header
 * (RFC 6750 §3).
 * @param target what was called, in words
 * @param secrets what was sent and must not come back in a message
 */
export function errorOf(target: string, answer: Answer, secrets: readonly string[]): ClientError {
  const { error, description } = fromBody(answer) ?? fromChallenge(answer) ?? {};
  if (error === undefined) {
    return new ClientError(
      'invalid_response',
      `The ${target} answered with status ${answer.status} and no OAuth error. ` +
        'Check that the address belongs to the authorization server and not to a proxy before it.',
    );
  }
  const code = printable(error, secrets);
  const text = description === undefined ? undefined : printable(description, secrets);
  const said = text === undefined ? '' : ` (${text})`;
  const advice = Object.hasOwn(ADVICE, code) ? ` ${ADVICE[code]}` : '';
  return new OAuthResponseError(
    `The ${target} answered ${answer.status} ${code}${said}.${advice}`,
    answer.status,
    code,
    text,
  );
}

interface Fault {
  error: string;
  description: string | undefined;
}

function fromBody(answer: Answer): Fault | undefined {
  const error = answer.json?.error;
  if (typeof error !== 'string' || error === '') return undefined;
  const description = answer.json?.error_description;
  return { error, description: typeof description === 'string' ? description : undefined };
}

function fromChallenge(answer: Answer): Fault | undefined {
  const challenge = answer.headers.get('www-authenticate') ?? '';
  const error = /\berror="([^"]+)"/.exec(challenge)?.[1];
  if (error === undefined) return undefined;
  return { error, description: /\berror_description="([^"]*)"/.exec(challenge)?.[1] };
}
