import type { JsonResponse } from '@grantor/protocol';
import { send } from './http.js';
import { endpoint, type ServerMetadata } from './metadata.js';
import type { Settings } from './options.js';
import { responseError } from './response-error.js';
import { readTokenResponse, type TokenResponse } from './token-response.js';

/** Parameters whose values are secret, in addition to those of the client authentication. */
const SECRET_PARAMETERS = ['code', 'code_verifier', 'refresh_token', 'token'];

/**
 * Posts a form as the authenticated client.
 *
 * @param target what is called, for error messages
 * @param parameters the form, without the parameters of the client authentication
 * @throws ClientError `network`, `timeout` or `invalid_response`; OAuthResponseError unless the status is 200 or
 *   201, which some servers send where RFC 6749 §5.1 requires 200
 */
export async function postForm(
  settings: Settings,
  target: string,
  url: string,
  parameters: Readonly<Record<string, string>>,
): Promise<JsonResponse> {
  const { clientId, issuer } = settings;
  const credentials = await settings.authentication({ clientId, issuer, now: settings.now() });
  const form = new URLSearchParams({ ...parameters, ...credentials.parameters });
  const response = await send(settings, target, url, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...credentials.headers,
    },
    body: form.toString(),
  });
  const succeeded = response.status === 200 || response.status === 201;
  // Some servers send errors with status 200.
  if (succeeded && typeof response.json?.error !== 'string') return response;
  const secrets = SECRET_PARAMETERS.flatMap((name) => form.get(name) ?? []);
  throw responseError(target, response, [...secrets, ...(credentials.secrets ?? [])]);
}

/**
 * Requests tokens (RFC 6749 §3.2).
 *
 * @throws as `postForm` and `readTokenResponse`
 */
export async function requestTokens(
  settings: Settings,
  metadata: ServerMetadata,
  parameters: Readonly<Record<string, string>>,
): Promise<TokenResponse> {
  const url = endpoint(metadata, 'token_endpoint');
  const { json } = await postForm(settings, 'token endpoint', url, parameters);
  return readTokenResponse(json, settings);
}
