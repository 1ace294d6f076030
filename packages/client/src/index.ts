export type { Fetch } from '@grantor/protocol';
export type { AuthorizationOptions, AuthorizationStart } from './authorization-request.js';
export type { CallbackInput } from './authorization-response.js';
export {
  type ClientAuthentication,
  type ClientCredentials,
  type ClientRequest,
  clientSecretBasic,
  clientSecretPost,
  none,
} from './client-authentication.js';
export { createClient, type OAuthClient } from './create-client.js';
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
export type { ClientOptions } from './options.js';
export { type IdTokenClaims, parseTokens, serializeTokens, type TokenSet } from './tokens.js';
export type { AuthorizationTransaction } from './transaction.js';
export type { UserInfo } from './userinfo.js';
