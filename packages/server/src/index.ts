export { createGrantor, type Grantor, type World } from './compose.js';
export type { Config } from './config/config.js';
export { ConfigError, loadConfig } from './config/load-config.js';
export { type Listening, listen } from './http/listen.js';
export { version } from './version.js';
