import {
  type AuthorizationOptions,
  type AuthorizationStart,
  authorizationRequest,
} from './authorization-request.js';
import { type CallbackInput, codeOf, readCallback } from './authorization-response.js';
import { Discovery } from './discovery.js';
import { ClientError, MissingRefreshTokenError, TokensNotSavedError } from './errors.js';
import { type IdTokenExpectations, validateIdToken } from './id-token.js';
import { IssuerKeys } from './issuer-keys.js';
import { endpoint, type ServerMetadata } from './metadata.js';
import { type OAuthClientOptions, resolveSettings, type Settings } from './settings.js';
import { SingleFlight } from './single-flight.js';
import type { TokenAnswer } from './token-answer.js';
import { postForm, requestTokens } from './token-endpoint.js';
import { parseTokens, type TokenSet } from './tokens.js';
import { type AuthorizationTransaction, checkTransaction } from './transaction.js';
import { fetchUserInfo, type UserInfo } from './userinfo.js';

/** What the ID token of one answer must agree with beyond the client's own settings. */
type Occasion = Pick<IdTokenExpectations, 'request' | 'previous'>;

/**
 * One app at one authorization server. Make one and share it: it holds no user's tokens, only the server's
 * metadata and keys and the refreshes that are under way.
 */
export class OAuthClient {
  readonly #settings: Settings;
  readonly #discovery: Discovery;
  readonly #keys: IssuerKeys;
  readonly #refreshes = new SingleFlight<TokenSet>();

  /** @throws ClientError `configuration`, naming the option to change */
  constructor(options: OAuthClientOptions) {
    this.#settings = resolveSettings(options);
    this.#discovery = new Discovery(this.#settings);
    this.#keys = new IssuerKeys(this.#settings);
  }

  /**
   * Begins an authorization code flow (RFC 6749 §4.1).
   * @returns the `url` to send the user to, and the `transaction` to keep in their session until the callback
   * @throws ClientError `configuration`, or what finding the server's metadata throws
   */
  async startAuthorization(options: AuthorizationOptions = {}): Promise<AuthorizationStart> {
    return authorizationRequest(this.#settings, await this.#discovery.metadata(), options);
  }

  /**
   * Ends the flow: checks the callback, exchanges its code, validates the ID token.
   * @param callback the URL the user came back to (absolute, or path and query), or its parameters
   * @param transaction what `startAuthorization` returned for this user; remove it from the session first, so
   *   that it is used once
   * @throws AuthorizationDeniedError when the user said no; AuthorizationError for other errors in the callback;
   *   OAuthResponseError when the exchange is refused; TokensNotSavedError; ClientError for everything else
   */
  async handleCallback(
    callback: CallbackInput,
    transaction: AuthorizationTransaction | null | undefined,
  ): Promise<TokenSet> {
    const begun = checkTransaction(transaction, this.#settings);
    const parameters = readCallback(callback, begun);
    const metadata = await this.#discovery.metadata();
    const code = codeOf(parameters, metadata);
    const sentAt = this.#settings.now();
    const answer = await requestTokens(this.#settings, metadata, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: begun.redirectUri,
      code_verifier: begun.codeVerifier,
    });
    // OIDC Core §3.1.3.3: whoever asks for openid gets an ID token.
    if (answer.idToken === undefined && begun.scope.split(' ').includes('openid')) {
      throw new ClientError(
        'id_token_invalid',
        'The scope "openid" was asked for, but the token endpoint gave no ID token.',
      );
    }
    const tokens = await this.#accept(answer, metadata, sentAt, { request: begun });
    // RFC 6749 §5.1: no scope in the answer means the scope that was asked for.
    if (tokens.scope === undefined && begun.scope !== '') tokens.scope = begun.scope;
    await this.#save(tokens);
    return tokens;
  }

  /**
   * Whether the access token has ended or is about to. Tokens whose end the server did not tell never expire
   * here: use them until the API answers 401.
   * @param options.skewSeconds how long before its end a token counts as expired, so that it does not end on its
   *   way to the API. Default 10
   * @throws ClientError `invalid_tokens`
   */
  isExpired(tokens: TokenSet, options: { skewSeconds?: number | undefined } = {}): boolean {
    const { expiresAt } = parseTokens(tokens);
    return expiresAt !== undefined && expiresAt - (options.skewSeconds ?? 10) <= this.#settings.now();
  }

  /**
   * Throws where {@link isExpired} is true, for code that must not call the API with an expired access token.
   * @param options.skewSeconds as for `isExpired`
   * @throws ClientError `tokens_expired` or `invalid_tokens`
   */
  throwIfExpired(tokens: TokenSet, options: { skewSeconds?: number | undefined } = {}): void {
    if (!this.isExpired(tokens, options)) return;
    throw new ClientError(
      'tokens_expired',
      tokens.refreshToken === undefined
        ? 'The access token has expired and there is no refresh token. Send the user through startAuthorization again.'
        : 'The access token has expired. Call refresh and use the tokens that it returns.',
    );
  }

  /**
   * Gets new tokens for the given ones (RFC 6749 §6). Concurrent calls with the same refresh token share one
   * request and its answer. What the answer leaves out (refresh token, scope, ID token) is carried over.
   * @throws MissingRefreshTokenError before any request; OAuthResponseError, with `error` `invalid_grant` when
   *   the user must connect again; TokensNotSavedError; ClientError
   */
  async refresh(tokens: TokenSet): Promise<TokenSet> {
    const previous = parseTokens(tokens);
    const { refreshToken } = previous;
    if (refreshToken === undefined) throw new MissingRefreshTokenError();
    return this.#refreshes.do(refreshToken, async () => this.#refresh(previous, refreshToken));
  }

  /**
   * The claims about the user, fresh from the server (OIDC Core §5.3).
   * @throws OAuthResponseError, `invalid_token` for one; ClientError `userinfo_subject_mismatch` among others
   */
  async userinfo(tokens: TokenSet): Promise<UserInfo> {
    return fetchUserInfo(this.#settings, await this.#discovery.metadata(), parseTokens(tokens));
  }

  /**
   * Gives the tokens back (RFC 7009): the refresh token, which ends the whole grant, or else the access token.
   * Tokens the server does not know any more are no error.
   * @throws OAuthResponseError; ClientError, `unsupported_by_server` for one
   */
  async revoke(tokens: TokenSet): Promise<void> {
    const { accessToken, refreshToken } = parseTokens(tokens);
    const url = endpoint(await this.#discovery.metadata(), 'revocation_endpoint');
    await postForm(this.#settings, 'revocation endpoint', url, {
      token: refreshToken ?? accessToken,
      token_type_hint: refreshToken === undefined ? 'access_token' : 'refresh_token',
    });
  }

  async #refresh(previous: TokenSet, refreshToken: string): Promise<TokenSet> {
    const metadata = await this.#discovery.metadata();
    const sentAt = this.#settings.now();
    const answer = await requestTokens(this.#settings, metadata, {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    });
    const { scope, idToken, claims } = previous;
    const tokens: TokenSet = {
      refreshToken,
      ...(scope === undefined ? {} : { scope }),
      ...(idToken === undefined || claims === undefined ? {} : { idToken, claims }),
      ...(await this.#accept(answer, metadata, sentAt, { previous: claims })),
    };
    await this.#save(tokens, previous);
    return tokens;
  }

  /** Makes tokens of an answer whose ID token, if there is one, proves right. */
  async #accept(
    answer: TokenAnswer,
    metadata: ServerMetadata,
    sentAt: number,
    occasion: Occasion,
  ): Promise<TokenSet> {
    const tokens: TokenSet = { accessToken: answer.accessToken, tokenType: 'Bearer' };
    // Counted from when the request left, so that our idea of the end is never later than the server's.
    if (answer.expiresIn !== undefined) tokens.expiresAt = sentAt + answer.expiresIn;
    if (answer.refreshToken !== undefined) tokens.refreshToken = answer.refreshToken;
    if (answer.scope !== undefined) tokens.scope = answer.scope;
    if (answer.idToken !== undefined) {
      const { issuer, clientId, clockToleranceSeconds } = this.#settings;
      tokens.claims = await validateIdToken(answer.idToken, this.#keys.at(endpoint(metadata, 'jwks_uri')), {
        ...occasion,
        issuer,
        clientId,
        accessToken: answer.accessToken,
        now: this.#settings.now(),
        clockToleranceSeconds,
      });
      tokens.idToken = answer.idToken;
    }
    return tokens;
  }

  async #save(tokens: TokenSet, previous?: TokenSet): Promise<void> {
    try {
      await this.#settings.onTokens(tokens, previous);
    } catch (error) {
      throw new TokensNotSavedError(tokens, error);
    }
  }
}
