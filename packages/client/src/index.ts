export type { AuthorizationOptions, AuthorizationStart } from './authorization-request.js';
export type { CallbackInput } from './authorization-response.js';
export { OAuthClient } from './client.js';
export {
  AuthorizationDeniedError,
  AuthorizationError,
  ClientError,
  type ClientErrorCode,
  MissingRefreshTokenError,
  OAuthResponseError,
  TokensNotSavedError,
} from './errors.js';
export type { ServerMetadata } from './metadata.js';
export type { ClientAuthentication, Fetch, OAuthClientOptions } from './settings.js';
export { type IdTokenClaims, parseTokens, serializeTokens, type TokenSet } from './tokens.js';
export type { AuthorizationTransaction } from './transaction.js';
export type { UserInfo } from './userinfo.js';
