/** How this app runs, and its registration. */
export interface Settings {
  /** The authorization server, exactly as in its metadata. */
  readonly issuer: string;
  /** From the app's registration; empty until it is registered. */
  readonly clientId: string;
  /** From the app's registration; empty for a public client. */
  readonly clientSecret: string;
  /** The address of the callback, exactly as registered. */
  readonly redirectUri: string;
  /** The scopes to request, separated by spaces. */
  readonly scopes: string;
  /** The API whose files are shown. */
  readonly apiBaseUrl: string;
  /** The address to listen on; `localhost` means both loopback addresses. */
  readonly host: string;
  readonly port: number;
}

/**
 * Reads the settings from environment variables. An empty variable counts as not set.
 *
 * @throws TypeError naming the variable to change
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const port = Number(env.PORT || 4200);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new TypeError('PORT must be a number from 0 to 65535.');
  }
  return {
    issuer: env.ISSUER || 'http://localhost:8888',
    clientId: env.CLIENT_ID || '',
    clientSecret: env.CLIENT_SECRET || '',
    redirectUri: webAddress('REDIRECT_URI', env.REDIRECT_URI || 'http://localhost:4200/callback'),
    scopes: env.SCOPES || 'openid profile email files:read offline_access',
    apiBaseUrl: webAddress('API_BASE_URL', env.API_BASE_URL || 'http://localhost:4300').replace(/\/+$/, ''),
    host: env.HOST || 'localhost',
    port,
  };
}

function webAddress(name: string, value: string): string {
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) {
    throw new TypeError(`${name} must be an address that begins with http:// or https://.`);
  }
  return value;
}
