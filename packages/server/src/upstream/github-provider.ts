import { codeChallenge, isJsonObject } from '@grantor/protocol';
import type { Clock } from '../crypto/clock.js';
import type { Random } from '../crypto/random.js';
import type { GitHubProviderSettings } from './expand-provider.js';
import type { UpstreamProtocol } from './openid-provider.js';
import { UpstreamError } from './provider.js';
import type { ProviderCalls } from './provider-calls.js';
import { exchangeCode } from './token-request.js';

/**
 * GitHub, which is no OpenID provider: OAuth 2.0 with PKCE, and the user from its REST API. There is no ID token, so the
 * user is the owner of the access token that this server got with its own code.
 */
export function createGitHubProvider(
  settings: GitHubProviderSettings,
  dependencies: { readonly calls: ProviderCalls; readonly clock: Clock; readonly random: Random },
): UpstreamProtocol {
  const { url, apiUrl, clientId, credentials } = settings;
  const { calls } = dependencies;
  return {
    async start(request) {
      const address = new URL(`${url}/login/oauth/authorize`);
      address.search = new URLSearchParams({
        client_id: clientId,
        redirect_uri: request.redirectUri,
        scope: 'read:user user:email',
        state: request.state,
        code_challenge: await codeChallenge(request.codeVerifier),
        code_challenge_method: 'S256',
        ...(request.loginHint === undefined ? {} : { login: request.loginHint }),
        ...(request.mustChooseAccount || request.mustSignInAgain ? { prompt: 'select_account' } : {}),
      }).toString();
      return address.href;
    },
    async finish(response) {
      const endpoint = { tokenEndpoint: `${url}/login/oauth/access_token`, audience: url };
      const tokens = await exchangeCode({ ...dependencies, clientId, credentials }, endpoint, response);
      const headers = {
        accept: 'application/vnd.github+json',
        authorization: `Bearer ${String(tokens.access_token)}`,
        'x-github-api-version': '2022-11-28',
      };
      const user = await calls.object('user endpoint', `${apiUrl}/user`, headers);
      if (!Number.isSafeInteger(user.id)) throw new UpstreamError('refused', 'the user has no id');
      const email = await primaryEmail(calls, `${apiUrl}/user/emails`, headers);
      return {
        subject: String(user.id),
        claims: {
          name: user.name ?? user.login,
          nickname: user.login,
          preferred_username: user.login,
          picture: user.avatar_url,
          profile: user.html_url,
          // Only a verified address is read.
          email,
          email_verified: true,
        },
        authTime: undefined,
        acr: undefined,
        amr: [],
        session: undefined,
      };
    },
    // It has neither: a user signs out on its own pages.
    signOutAddress: async () => undefined,
    readLogout: undefined,
  };
}

/**
 * The primary address, if it is verified. The address of the profile is not used: it is not verified to be the user's.
 *
 * @returns undefined without such an address, or if the user did not allow reading it
 */
async function primaryEmail(
  calls: ProviderCalls,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<unknown> {
  const { status, json } = await calls.call('email endpoint', url, { method: 'GET', headers });
  if (status !== 200 || !Array.isArray(json)) return undefined;
  const found: unknown = json.find(
    (address) => isJsonObject(address) && address.primary === true && address.verified === true,
  );
  return isJsonObject(found) ? found.email : undefined;
}
