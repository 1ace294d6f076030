export type {
  Application,
  ApplicationClaims,
  ApplicationCredentials,
  ApplicationUser,
  AuthenticatedApplicationUser,
  SignedInApplicationUser,
} from './accounts/application.js';
export {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  createAuthorizationServer,
} from './compose/authorization-server.js';
export type { RuntimeDependencies } from './compose/dependencies.js';
export { createGrantor, type Grantor } from './compose/grantor.js';
export { ConfigError } from './config/check-settings.js';
export type { Config } from './config/config.js';
export { loadConfig } from './config/load-config.js';
export { type Listening, listen } from './http/listen.js';
export type { RequestConnection } from './http/request-connection.js';
export { type RouteHandlers, routeHandlers } from './http/route-handlers.js';
export { version } from './version.js';
