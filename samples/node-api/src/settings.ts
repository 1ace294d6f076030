/** How the demo API runs. */
export interface Settings {
  /** The authorization server whose tokens are accepted. */
  readonly issuer: string;
  /** The name of this API in `aud` of a token. */
  readonly audience: string;
  /** The address to listen on. */
  readonly host: string;
  readonly port: number;
}

/**
 * Reads the settings from environment variables. An empty variable counts as not set.
 *
 * @throws TypeError naming the variable to change
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const port = Number(env.PORT || 4300);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new TypeError('PORT must be a number from 0 to 65535.');
  }
  return {
    issuer: env.ISSUER || 'http://localhost:8888',
    audience: env.AUDIENCE || `http://localhost:${port}`,
    host: env.HOST || '127.0.0.1',
    port,
  };
}
