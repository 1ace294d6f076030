import {
  type AuthorizationOptions,
  type AuthorizationStart,
  authorizationRequest,
} from './authorization-request.js';
import { type CallbackInput, codeOf, readCallback } from './authorization-response.js';
import { metadataOf } from './discovery.js';
import { ClientError, MissingRefreshTokenError, TokensNotSavedError } from './errors.js';
import { type IdTokenExpectations, validateIdToken } from './id-token.js';
import { issuerKeys } from './issuer-keys.js';
import { endpoint, type ServerMetadata } from './metadata.js';
import { type ClientOptions, readOptions } from './options.js';
import { SingleFlight } from './single-flight.js';
import { postForm, requestTokens } from './token-endpoint.js';
import { parseTokens, type TokenSet } from './tokens.js';
import { type AuthorizationTransaction, checkTransaction } from './transaction.js';
import { fetchUserInfo, type UserInfo } from './userinfo.js';

/** How long before its end an access token counts as expired. */
export interface ExpiryOptions {
  /** So many seconds before, so that the token does not expire on its way to the API. Default 10. */
  readonly skewSeconds?: number | undefined;
}

/**
 * One app at one authorization server. Create one and share it: it holds no user's tokens, only the server's metadata and
 * keys and the refreshes in progress.
 */
export interface OAuthClient {
  /**
   * Starts an authorization code flow (RFC 6749 §4.1).
   *
   * @returns the `url` to send the user to, and the `transaction` to keep in the user's session until the callback
   * @throws ClientError `configuration`, and the codes of discovery
   * @example
   * const { url, transaction } = await client.startAuthorization();
   * session.transaction = transaction;
   * return redirect(url);
   */
  startAuthorization(options?: AuthorizationOptions): Promise<AuthorizationStart>;
  /**
   * Ends the flow: checks the callback, exchanges its code and validates the ID token.
   *
   * @param callback the URL of the callback (absolute, or path and query), or its parameters
   * @param transaction what `startAuthorization` returned for this user. Remove it from the session first, so that it is
   *   used once
   * @throws AuthorizationDeniedError if the user denied access; AuthorizationError for another error in the callback;
   *   OAuthResponseError if the exchange is refused; TokensNotSavedError; ClientError for everything else
   * @example
   * const { transaction } = session;
   * delete session.transaction;
   * session.tokens = await client.handleCallback(request.url, transaction);
   */
  handleCallback(
    callback: CallbackInput,
    transaction: AuthorizationTransaction | null | undefined,
  ): Promise<TokenSet>;
  /**
   * Whether the access token is expired or about to expire. False if the server did not send a lifetime: use such a token
   * until the API responds with 401.
   *
   * @throws ClientError `invalid_tokens`
   * @example
   * if (client.isExpired(session.tokens)) session.tokens = await client.refresh(session.tokens);
   */
  isExpired(tokens: TokenSet, options?: ExpiryOptions): boolean;
  /**
   * Throws if {@link OAuthClient.isExpired} is true, for code that must not call the API with an expired access token.
   *
   * @throws ClientError `tokens_expired` or `invalid_tokens`
   * @example
   * client.throwIfExpired(tokens);
   * await fetch(api, { headers: { authorization: `Bearer ${tokens.accessToken}` } });
   */
  throwIfExpired(tokens: TokenSet, options?: ExpiryOptions): void;
  /**
   * Gets new tokens (RFC 6749 §6). Concurrent calls with the same refresh token share one request and its response. What
   * the response omits (refresh token, scope, ID token) is carried over.
   *
   * @throws MissingRefreshTokenError before any request; OAuthResponseError, with `error` `invalid_grant` if the user must
   *   connect again; TokensNotSavedError; ClientError
   * @example
   * session.tokens = await client.refresh(session.tokens);
   */
  refresh(tokens: TokenSet): Promise<TokenSet>;
  /**
   * Fetches the claims about the user (OpenID Connect Core 1.0 §5.3).
   *
   * @throws OAuthResponseError, such as `invalid_token`; ClientError, such as `userinfo_subject_mismatch`
   * @example
   * const { name, email } = await client.userinfo(session.tokens);
   */
  userinfo(tokens: TokenSet): Promise<UserInfo>;
  /**
   * Revokes the tokens (RFC 7009): the refresh token, which ends the whole grant, or else the access token. Tokens that the
   * server does not know are not an error.
   *
   * @throws OAuthResponseError; ClientError, such as `unsupported_by_server`
   * @example
   * await client.revoke(session.tokens);
   * delete session.tokens;
   */
  revoke(tokens: TokenSet): Promise<void>;
}

/**
 * Creates the client of one app at one authorization server. It fetches the server's metadata on first use.
 *
 * @throws ClientError `configuration`, naming the option to change
 * @example
 * const client = createClient({
 *   issuer: 'https://auth.example.com',
 *   clientId: 'my-app',
 *   authentication: clientSecretBasic(process.env.CLIENT_SECRET),
 *   redirectUri: 'https://app.example.com/callback',
 *   scope: 'openid profile offline_access',
 * });
 */
export function createClient(options: ClientOptions): OAuthClient {
  const settings = readOptions(options);
  const findMetadata = metadataOf(settings);
  const keysAt = issuerKeys(settings);
  const refreshes = new SingleFlight<TokenSet>();

  /** Requests tokens, and validates the ID token of the response if there is one. */
  async function obtain(
    metadata: ServerMetadata,
    parameters: Readonly<Record<string, string>>,
    expected: Pick<IdTokenExpectations, 'request' | 'previous'>,
  ): Promise<TokenSet> {
    const sentAt = settings.now();
    const response = await requestTokens(settings, metadata, parameters);
    const { accessToken, expiresIn, refreshToken, scope, idToken } = response;
    const tokens: TokenSet = { accessToken, tokenType: 'Bearer' };
    // Counted from when the request was sent, so that the token never expires earlier at the server than here.
    if (expiresIn !== undefined) tokens.expiresAt = sentAt + expiresIn;
    if (refreshToken !== undefined) tokens.refreshToken = refreshToken;
    if (scope !== undefined) tokens.scope = scope;
    if (idToken !== undefined) {
      tokens.claims = await validateIdToken(idToken, keysAt(endpoint(metadata, 'jwks_uri')), {
        ...settings,
        ...expected,
        accessToken,
        now: settings.now(),
      });
      tokens.idToken = idToken;
    }
    return tokens;
  }

  async function save(tokens: TokenSet, previous?: TokenSet): Promise<TokenSet> {
    try {
      await settings.onTokens(tokens, previous);
    } catch (error) {
      throw new TokensNotSavedError(tokens, error);
    }
    return tokens;
  }

  async function refreshWith(refreshToken: string, previous: TokenSet): Promise<TokenSet> {
    const { scope, idToken, claims } = previous;
    const parameters = { grant_type: 'refresh_token', refresh_token: refreshToken };
    const tokens: TokenSet = {
      refreshToken,
      ...(scope === undefined ? {} : { scope }),
      ...(idToken === undefined || claims === undefined ? {} : { idToken, claims }),
      ...(await obtain(await findMetadata(), parameters, { previous: claims })),
    };
    return save(tokens, previous);
  }

  const client: OAuthClient = {
    async startAuthorization(request = {}) {
      return authorizationRequest(settings, await findMetadata(), request);
    },

    async handleCallback(callback, transaction) {
      const request = checkTransaction(transaction, settings);
      const parameters = readCallback(callback, request);
      const metadata = await findMetadata();
      const exchange = {
        grant_type: 'authorization_code',
        code: codeOf(parameters, metadata),
        redirect_uri: request.redirectUri,
        code_verifier: request.codeVerifier,
      };
      const tokens = await obtain(metadata, exchange, { request });
      // OpenID Connect Core 1.0 §3.1.3.3: the scope openid requires an ID token.
      if (tokens.idToken === undefined && request.scope.split(' ').includes('openid')) {
        throw new ClientError(
          'id_token_invalid',
          'The scope "openid" was requested, but the response of the token endpoint has no ID token.',
        );
      }
      // RFC 6749 §5.1: no scope in the response means the requested scope.
      if (tokens.scope === undefined && request.scope !== '') tokens.scope = request.scope;
      return save(tokens);
    },

    isExpired(tokens, { skewSeconds = 10 } = {}) {
      const { expiresAt } = parseTokens(tokens);
      return expiresAt !== undefined && expiresAt - skewSeconds <= settings.now();
    },

    throwIfExpired(tokens, expiry) {
      if (!client.isExpired(tokens, expiry)) return;
      throw new ClientError(
        'tokens_expired',
        tokens.refreshToken === undefined
          ? 'The access token is expired and there is no refresh token. Send the user through startAuthorization again.'
          : 'The access token is expired. Call refresh and use the tokens that it returns.',
      );
    },

    async refresh(tokens) {
      const previous = parseTokens(tokens);
      const { refreshToken } = previous;
      if (refreshToken === undefined) throw new MissingRefreshTokenError();
      return refreshes.do(refreshToken, async () => refreshWith(refreshToken, previous));
    },

    async userinfo(tokens) {
      return fetchUserInfo(settings, await findMetadata(), parseTokens(tokens));
    },

    async revoke(tokens) {
      const { accessToken, refreshToken } = parseTokens(tokens);
      const url = endpoint(await findMetadata(), 'revocation_endpoint');
      await postForm(settings, 'revocation endpoint', url, {
        token: refreshToken ?? accessToken,
        token_type_hint: refreshToken === undefined ? 'access_token' : 'refresh_token',
      });
    },
  };
  return client;
}
