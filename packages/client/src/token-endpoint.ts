import { clientCredentials } from './client-authentication.js';
import { errorOf } from './error-response.js';
import { type Answer, send } from './http.js';
import { endpoint, type ServerMetadata } from './metadata.js';
import type { Settings } from './settings.js';
import { readTokenAnswer, type TokenAnswer } from './token-answer.js';

/** Parameters whose values are secrets, beside the client's own. */
const SECRET_PARAMETERS = ['code', 'code_verifier', 'refresh_token', 'token'];

/**
 * Posts a form with the client's proof.
 * @param target what is called, in words
 * @param parameters the form, without the client's own parameters
 * @throws ClientError `network`, `timeout` or `invalid_response`; OAuthResponseError unless the status is 200 or
 *   201, which some servers answer where RFC 6749 §5.1 says 200
 */
export async function postForm(
  settings: Settings,
  target: string,
  url: string,
  parameters: Record<string, string>,
): Promise<Answer> {
  const credentials = clientCredentials(settings);
  const form = new URLSearchParams({ ...parameters, ...credentials.parameters });
  const answer = await send(settings, target, url, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...credentials.headers,
    },
    body: form.toString(),
  });
  const succeeded = answer.status === 200 || answer.status === 201;
  // Some servers send their errors with status 200.
  if (succeeded && typeof answer.json?.error !== 'string') return answer;
  const secrets = SECRET_PARAMETERS.flatMap((name) => form.get(name) ?? []);
  throw errorOf(target, answer, [...secrets, ...credentials.secrets]);
}

/** Asks the token endpoint for tokens (RFC 6749 §3.2). Throws as {@link postForm} and `readTokenAnswer` do. */
export async function requestTokens(
  settings: Settings,
  metadata: ServerMetadata,
  parameters: Record<string, string>,
): Promise<TokenAnswer> {
  const url = endpoint(metadata, 'token_endpoint');
  const answer = await postForm(settings, 'token endpoint', url, parameters);
  return readTokenAnswer(answer.json, settings);
}
