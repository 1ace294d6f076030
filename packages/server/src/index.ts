export type { RuntimeDependencies } from './compose/dependencies.js';
export { createGrantor, type Grantor } from './compose/grantor.js';
export type { Config } from './config/config.js';
export { ConfigError, loadConfig } from './config/load-config.js';
export { type Listening, listen } from './http/listen.js';
export { version } from './version.js';
