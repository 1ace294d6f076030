import * as oidc from 'openid-client';
import { connect, HttpBrowser } from '../test/kit/browser.js';
import type { TestServer } from '../test/kit/servers.js';
import { redirectUri } from './apps.js';

/** What a client is registered with at the server, under the names of the specifications. */
type Registered = Readonly<Record<string, unknown>>;

/**
 * Registers an app and makes the library's configuration for it, from the server's own metadata.
 *
 * @param registered told to both sides
 * @param authenticate how it proves who it is, by its secret
 */
export async function openidClientApp(
  grantor: TestServer,
  registered: Registered,
  authenticate: (secret: string) => oidc.ClientAuth = oidc.ClientSecretBasic,
): Promise<oidc.Configuration> {
  const { client_id, client_secret } = await grantor.register({ redirectUris: [redirectUri], ...registered });
  const config = await oidc.discovery(
    new URL(grantor.issuer),
    client_id,
    { client_secret, ...registered },
    authenticate(client_secret),
    { execute: [oidc.allowInsecureRequests] },
  );
  // Without this it trusts TLS in place of signatures, and there is no TLS here.
  oidc.enableNonRepudiationChecks(config);
  return config;
}

/** The parameters of a request for a code with PKCE, and the values that the app keeps for it. */
export async function codeRequest(parameters: Readonly<Record<string, string>> = {}) {
  const pkceCodeVerifier = oidc.randomPKCECodeVerifier();
  const expectedNonce = oidc.randomNonce();
  const expectedState = oidc.randomState();
  return {
    parameters: {
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      nonce: expectedNonce,
      state: expectedState,
      code_challenge: await oidc.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      ...parameters,
    },
    checks: { pkceCodeVerifier, expectedNonce, expectedState },
  };
}

/** Signs the user in by a code, and checks all that the library checks. */
export async function signIn(
  grantor: TestServer,
  config: oidc.Configuration,
  parameters: Readonly<Record<string, string>> = {},
  browser = new HttpBrowser(),
) {
  const request = await codeRequest(parameters);
  const url = oidc.buildAuthorizationUrl(config, request.parameters);
  const callback = await connect(browser, url.href, grantor.user);
  return oidc.authorizationCodeGrant(config, callback, request.checks);
}
