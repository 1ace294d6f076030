import {
  codeChallenge,
  type FindKey,
  isJsonObject,
  isStringArray,
  type JsonObject,
  keySet,
  parseJson,
} from '@grantor/protocol';
import type { Clock } from '../crypto/clock.js';
import type { Random } from '../crypto/random.js';
import { type CachedDocument, createCachedDocument, type RefreshCause } from './cached-document.js';
import type { OpenIdProviderSettings } from './expand-provider.js';
import { subjectOfToken, withoutKeysOfOthers } from './openid-issuer.js';
import { metadataUrl, type OpenIdMetadata, readMetadata } from './openid-metadata.js';
import { idTokenClaims, logoutOfToken } from './openid-tokens.js';
import {
  UpstreamError,
  type UpstreamProvider,
  type UpstreamRequest,
  type UpstreamResponse,
  type UpstreamSignOut,
} from './provider.js';
import type { ProviderCalls } from './provider-calls.js';
import { exchangeCode } from './token-request.js';

const METADATA = { lifetimeSeconds: 3600, staleSeconds: 86_400 };
const KEYS = { lifetimeSeconds: 600, staleSeconds: 3600 };

export interface OpenIdProviderDependencies {
  readonly calls: ProviderCalls;
  readonly clock: Clock;
  readonly random: Random;
}

/** The protocol part of a provider. */
export type UpstreamProtocol = Pick<UpstreamProvider, 'start' | 'finish' | 'signOutAddress' | 'readLogout'>;

/** An OpenID provider, found by its issuer (OpenID Connect Core 1.0 §3.1, OpenID Connect Discovery 1.0). */
export function createOpenIdProvider(
  settings: OpenIdProviderSettings,
  dependencies: OpenIdProviderDependencies,
): UpstreamProtocol {
  const { calls, clock } = dependencies;
  const { issuer, clientId } = settings;
  const metadata = createCachedDocument(
    async () =>
      readMetadata(await calls.object('metadata', metadataUrl(settings.discoveryIssuer ?? issuer)), issuer),
    clock,
    METADATA,
  );
  const keys = createCachedDocument(
    async () => {
      const { jwksUri } = await metadata.get();
      const found = keySet(withoutKeysOfOthers(await calls.object('key set', jwksUri), issuer));
      if (found !== undefined) return found;
      throw new UpstreamError('unavailable', 'the jwks_uri of the provider has no key set');
    },
    clock,
    KEYS,
  );

  const tokenCheck = (cause: RefreshCause) => ({ settings, findKey: findKeyIn(keys, cause), now: clock() });

  return {
    async start(request) {
      const { authorizationEndpoint } = await metadata.get();
      return authorizationUrl(authorizationEndpoint, settings, request);
    },
    async finish(response) {
      const found = await metadata.get();
      checkIssuer(response.iss, found, issuer);
      const tokens = await exchangeCode(
        { ...dependencies, clientId, credentials: settings.credentials },
        { tokenEndpoint: found.tokenEndpoint, audience: issuer },
        response,
      );
      const claims = await idTokenClaims(tokenCheck('signIn'), tokens, response.nonce);
      const all = {
        ...(await userinfo(calls, found, tokens, claims)),
        ...nameSentBeside(settings, response),
        ...claims,
      };
      checkRequiredClaims(settings, all);
      const { auth_time: authTime, acr, amr, sid } = claims;
      return {
        subject: subjectOfToken(settings, claims),
        claims: mapped(settings, all),
        authTime: typeof authTime === 'number' ? Math.floor(authTime) : undefined,
        acr: typeof acr === 'string' ? acr : undefined,
        amr: isStringArray(amr) ? amr : [],
        session: { sid: typeof sid === 'string' ? sid : undefined, idToken: String(tokens.id_token) },
      };
    },
    async signOutAddress(request) {
      const { endSessionEndpoint } = await metadata.get();
      return endSessionEndpoint === undefined ? undefined : signOutUrl(endSessionEndpoint, settings, request);
    },
    readLogout: (token) => logoutOfToken(tokenCheck('logout'), token),
  };
}

async function authorizationUrl(
  endpoint: string,
  settings: OpenIdProviderSettings,
  request: UpstreamRequest,
): Promise<string> {
  const { mustSignInAgain, mustChooseAccount, maxAge } = request;
  const prompt = [
    ...(mustSignInAgain && settings.promptsLogin ? ['login'] : []),
    ...(mustChooseAccount ? ['select_account'] : []),
  ].join(' ');
  const url = new URL(endpoint);
  const parameters: Readonly<Record<string, string | undefined>> = {
    response_type: 'code',
    client_id: settings.clientId,
    redirect_uri: request.redirectUri,
    scope: settings.scopes.join(' '),
    state: request.state,
    nonce: request.nonce,
    code_challenge: await codeChallenge(request.codeVerifier),
    code_challenge_method: 'S256',
    response_mode: settings.postsForm ? 'form_post' : undefined,
    prompt: prompt === '' ? undefined : prompt,
    max_age: mustSignInAgain ? '0' : maxAge?.toString(),
    login_hint: request.loginHint,
    acr_values: settings.passesAcrValues ? request.acrValues : undefined,
    ui_locales: request.uiLocales,
    ...settings.authorizationParameters,
  };
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}

/** A logout request (RP-Initiated Logout 1.0 §2). */
function signOutUrl(
  endpoint: string,
  { clientId }: OpenIdProviderSettings,
  { idToken, redirectUri, state }: UpstreamSignOut,
): string {
  const url = new URL(endpoint);
  if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken);
  url.searchParams.set('client_id', clientId);
  url.searchParams.set('post_logout_redirect_uri', redirectUri);
  url.searchParams.set('state', state);
  return url.href;
}

/** RFC 9207 §2.4: against mix-up (RFC 9700 §4.4). */
function checkIssuer(iss: string | undefined, { sendsIss }: OpenIdMetadata, issuer: string): void {
  if (iss === undefined ? !sendsIss : iss === issuer) return;
  const problem =
    iss === undefined ? 'has no iss, which the provider always sends' : 'is from another issuer (iss)';
  throw new UpstreamError('refused', `the authorization response ${problem}`);
}

/** The key is fetched again if it is missing: the provider may have rotated it (OpenID Connect Core 1.0 §10.1.1). */
function findKeyIn(keys: CachedDocument<FindKey>, cause: RefreshCause): FindKey {
  return async (alg, kid) => {
    const known = await keys.get();
    return (await known(alg, kid)) ?? (await keys.refresh(known, cause))(alg, kid);
  };
}

/** Claims that the ID token does not have (OpenID Connect Core 1.0 §5.3). */
async function userinfo(
  calls: ProviderCalls,
  { userinfoEndpoint }: OpenIdMetadata,
  { access_token: accessToken }: JsonObject,
  { sub, email, name }: JsonObject,
): Promise<JsonObject> {
  if (userinfoEndpoint === undefined || email !== undefined || name !== undefined) return {};
  const claims = await calls.object('userinfo endpoint', userinfoEndpoint, {
    authorization: `Bearer ${String(accessToken)}`,
  });
  // OpenID Connect Core 1.0 §5.3.2: against token substitution.
  if (claims.sub === sub) return claims;
  throw new UpstreamError('refused', 'the userinfo response is about another user (sub)');
}

/** Apple sends the name once, unsigned: it is the user's own word about the user. */
function nameSentBeside({ postsForm }: OpenIdProviderSettings, { user }: UpstreamResponse): JsonObject {
  const sent = postsForm && user !== undefined ? parseJson(user) : undefined;
  const name = isJsonObject(sent) && isJsonObject(sent.name) ? sent.name : {};
  return {
    ...(name.firstName === undefined ? {} : { given_name: name.firstName }),
    ...(name.lastName === undefined ? {} : { family_name: name.lastName }),
  };
}

function checkRequiredClaims({ requiredClaims }: OpenIdProviderSettings, claims: JsonObject): void {
  for (const [name, values] of Object.entries(requiredClaims)) {
    const value = claims[name];
    const sent: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!sent.some((one) => values.includes(String(one)))) {
      throw new UpstreamError('notAllowed', `the claim ${name} has none of the required values`);
    }
  }
}

/** The claims by their standard names. */
function mapped({ claims: names }: OpenIdProviderSettings, claims: JsonObject): JsonObject {
  const renamed = Object.entries(names).map(([own, theirs]) => [own, claims[theirs]] as const);
  // `email_verified` is about the provider's own `email`, and not about an address in another claim.
  const isOwn = (names.email ?? 'email') === 'email';
  const all = { ...claims, ...(isOwn ? {} : { email_verified: undefined }), ...Object.fromEntries(renamed) };
  // Apple sends a text.
  return all.email_verified === 'true' ? { ...all, email_verified: true } : all;
}
