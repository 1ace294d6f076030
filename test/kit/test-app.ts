import { createHash, randomBytes } from 'node:crypto';
import type { FormRequest } from './at-once.js';
import { connect, HttpBrowser } from './browser.js';
import type { RegisteredTestClient, TestServer } from './servers.js';
import type { TestUser } from './users.js';

/** Request parameters; undefined removes one, also one with a default. */
export type RequestParameters = Readonly<Record<string, string | undefined>>;

/** What an app's user signs in with. */
export type AppUser = Pick<TestUser, 'username' | 'password' | 'name'>;

/** The response of the token endpoint (RFC 6749 §5.1). */
export interface TestTokens {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly scope: string;
}

/** An app as its developer wrote it, and the browser of one of its users. */
export class TestApp {
  /** The PKCE verifier of all its requests, one for the whole test (RFC 7636 §4.1). */
  readonly verifier = randomBytes(32).toString('base64url');

  /**
   * @param at the URL of the server
   * @param secret undefined for a public client
   */
  constructor(
    readonly at: string,
    readonly id: string,
    readonly secret: string | undefined,
    readonly redirectUri: string,
    readonly user: AppUser,
    readonly browser = new HttpBrowser(),
  ) {}

  /** A registered app, used by the user of the server. */
  static of(
    { issuer, user }: { readonly issuer: string; readonly user: AppUser },
    { client_id, client_secret }: { readonly client_id: string; readonly client_secret?: string | undefined },
    redirectUri = 'https://app.example.com/callback',
  ): TestApp {
    return new TestApp(issuer, client_id, client_secret, redirectUri, user);
  }

  /** The same app with another server, secret, user or browser. */
  with(changes: Partial<Pick<TestApp, 'at' | 'secret' | 'user' | 'browser' | 'redirectUri'>>): TestApp {
    const { at, id, secret, redirectUri, user, browser, verifier } = this;
    const next = { at, secret, redirectUri, user, browser, ...changes };
    const app = new TestApp(next.at, id, next.secret, next.redirectUri, next.user, next.browser);
    return Object.assign(app, { verifier });
  }

  /** The same app in a new browser, of the same user unless another is named. */
  inNewBrowser(user: AppUser = this.user): TestApp {
    return this.with({ user, browser: new HttpBrowser() });
  }

  /** The URL of an authorization request: code, `openid` and PKCE, unless `parameters` say otherwise. */
  authorizationUrl(parameters: RequestParameters = {}): string {
    const query = form({
      response_type: 'code',
      client_id: this.id,
      redirect_uri: this.redirectUri,
      scope: 'openid',
      code_challenge: createHash('sha256').update(this.verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...parameters,
    });
    return `${this.at}/oauth2/authorize?${query.toString()}`;
  }

  /** Signs in and allows if the pages ask for it, and returns the URL of the redirect. */
  authorize(parameters: RequestParameters = {}): Promise<URL> {
    return connect(this.browser, this.authorizationUrl(parameters), this.user);
  }

  /** A new authorization code. */
  async code(parameters: RequestParameters = {}): Promise<string> {
    const callback = await this.authorize(parameters);
    const code = callback.searchParams.get('code');
    if (code === null) throw new Error(`no code came back: ${callback.href}`);
    return code;
  }

  /** Sends a form with the client's ID and secret, unless `parameters` say otherwise. */
  post(path: string, parameters: RequestParameters, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(this.at + path, {
      method: 'POST',
      headers,
      body: form({ client_id: this.id, client_secret: this.secret, ...parameters }),
    });
  }

  /** A token request for a code (RFC 6749 §4.1.3). */
  exchange(code: string, parameters: RequestParameters = {}): Promise<Response> {
    return this.post('/oauth2/token', { ...this.#codeParameters(code), ...parameters });
  }

  /** The same request as a form, to send it at the same time as others (`at-once.ts`). */
  exchangeForm(code: string, parameters: RequestParameters = {}): FormRequest {
    return this.#tokenForm({ ...this.#codeParameters(code), ...parameters });
  }

  /** The whole flow, from the authorization request to the tokens. */
  async tokens(parameters: RequestParameters = {}): Promise<TestTokens> {
    const response = await this.exchange(await this.code(parameters));
    if (response.status !== 200) throw new Error(`no tokens: ${await response.text()}`);
    return (await response.json()) as TestTokens;
  }

  /** A refresh request (RFC 6749 §6). */
  refresh(refreshToken: string, parameters: RequestParameters = {}): Promise<Response> {
    return this.post('/oauth2/token', {
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
      ...parameters,
    });
  }

  /** The same request as a form, to send it at the same time as others (`at-once.ts`). */
  refreshForm(refreshToken: string): FormRequest {
    return this.#tokenForm({ grant_type: 'refresh_token', refresh_token: refreshToken });
  }

  /** A revocation request (RFC 7009 §2.1). */
  revoke(token: string, parameters: RequestParameters = {}): Promise<Response> {
    return this.post('/oauth2/revoke', { token, ...parameters });
  }

  /** A token request of the app for itself (RFC 6749 §4.4). */
  ownToken(parameters: RequestParameters = {}): Promise<Response> {
    return this.post('/oauth2/token', { grant_type: 'client_credentials', ...parameters });
  }

  /** Whether an access token is active, by introspection as this app (RFC 7662 §2.2). */
  async isActive(token: string): Promise<boolean> {
    const response = await this.post('/oauth2/introspect', { token });
    return ((await response.json()) as { active: boolean }).active;
  }

  /** A UserInfo request (OpenID Connect Core 1.0 §5.3.1). */
  userinfo(accessToken: string): Promise<Response> {
    return fetch(`${this.at}/oauth2/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } });
  }

  #codeParameters(code: string): RequestParameters {
    return {
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.redirectUri,
      code_verifier: this.verifier,
    };
  }

  #tokenForm(parameters: RequestParameters): FormRequest {
    return {
      url: `${this.at}/oauth2/token`,
      body: form({ client_id: this.id, client_secret: this.secret, ...parameters }),
    };
  }
}

/** Registers an app and gives it a browser without a session. */
export async function registerApp(
  server: TestServer,
  metadata: Readonly<Record<string, unknown>> = {},
): Promise<TestApp> {
  const redirectUris = (metadata.redirectUris ?? ['https://app.example.com/callback']) as readonly string[];
  const client: RegisteredTestClient = await server.register({ ...metadata, redirectUris });
  return TestApp.of(server, client, redirectUris[0] ?? '');
}

/** The `error` of a refusal with its status, as one value to compare. */
export async function refusalOf(response: Response): Promise<{ status: number; error: unknown }> {
  const body = (await response.json()) as { error?: unknown };
  return { status: response.status, error: body.error };
}

/** Form-encodes the parameters that have a value. */
export function form(parameters: RequestParameters): URLSearchParams {
  const sent = Object.entries(parameters).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return new URLSearchParams(sent);
}
