import * as oauth from 'oauth4webapi';
import { redirectUri } from './apps.js';

/** Allows http, for tests only. */
export const insecure = { [oauth.allowInsecureRequests]: true };

/** The client authentication of the library for a method of the server. */
export function authenticationOf(method: unknown, secret: string): oauth.ClientAuth {
  if (method === 'none') return oauth.None();
  return method === 'client_secret_post' ? oauth.ClientSecretPost(secret) : oauth.ClientSecretBasic(secret);
}

/** An authorization request for a code with PKCE, and the values that the app keeps for it. */
export async function codeRequest(client: oauth.Client, parameters: Readonly<Record<string, string>> = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const query = {
    client_id: client.client_id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid email',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...parameters,
  };
  return { query, verifier, state, nonce };
}
