import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { connect } from '../../../../../test/kit/browser.js';
import { type ServerOptions, startServer, type TestServer } from '../../../../../test/kit/servers.js';
import { systemClock } from '../../../src/crypto/clock.js';
import {
  authorizationRequest,
  type Client,
  type Code,
  challengeOf,
  exchange,
  identify,
  redirectUri,
} from './requests.js';
import { encodeForm, postForm, type Reply } from './send.js';
import { WatchedBrowser } from './watched-browser.js';

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly scope: string;
  readonly expires_in: number;
}

/** A server with apps, a user who is signed in, and a clock that tests move. */
export interface AttackedServer {
  readonly grantor: TestServer;
  readonly issuer: string;
  /** Has a secret. */
  readonly app: Client;
  /** Another developer's app with a secret. */
  readonly otherApp: Client;
  /** Has no secret and needs PKCE. */
  readonly publicApp: Client;
  /** Its access tokens are opaque. */
  readonly opaqueApp: Client;
  /** The browser in which the user is signed in. */
  readonly browser: WatchedBrowser;
  /** Moves the clock by seconds. */
  sleep(seconds: number): void;
  readonly now: () => number;
  /** A new code; with PKCE, unless `changes` have another challenge. */
  code(client: Client, changes?: Readonly<Record<string, string>>): Promise<Code>;
  /** Sends a token request with these parameters, as a form. */
  token(parameters: Readonly<Record<string, string>>): Promise<Reply>;
  tokens(client: Client, changes?: Readonly<Record<string, string>>): Promise<Tokens>;
  refresh(client: Client, refreshToken: string, scope?: string): Promise<Reply>;
  userinfo(accessToken: string): Promise<Response>;
  revoke(client: Client, token: string): Promise<Reply>;
  /** Checks that the server still works, and stops it. */
  stop(): Promise<void>;
}

export async function startAttackedServer(options: ServerOptions = {}): Promise<AttackedServer> {
  let passed = 0;
  const now = () => systemClock() + passed;
  const grantor = await startServer({ ...options, clock: now });
  const { issuer } = grantor;
  const register = (name: string, metadata: Readonly<Record<string, unknown>> = {}) =>
    grantor.register({ name, redirectUris: [redirectUri], ...metadata });
  const app = await register('Notes');
  const otherApp = await register('Other');
  const publicApp = await register('Phone', { token_endpoint_auth_method: 'none' });
  const opaqueApp = await register('References', { access_token_format: 'opaque' });

  const browser = new WatchedBrowser();
  const code: AttackedServer['code'] = async (client, changes = {}) => {
    const verifier = randomBytes(32).toString('base64url');
    const pkce = { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' };
    const parameters = authorizationRequest(client, { ...pkce, ...changes });
    const left = await connect(browser, `${issuer}/oauth2/authorize?${encodeForm(parameters)}`, grantor.user);
    const found = left.searchParams.get('code');
    if (found === null) throw new Error(`no code in ${left.href}`);
    return { code: found, verifier };
  };
  const token: AttackedServer['token'] = (parameters) =>
    postForm(issuer, '/oauth2/token', encodeForm(parameters));
  const server: AttackedServer = {
    grantor,
    issuer,
    app,
    otherApp,
    publicApp,
    opaqueApp,
    browser,
    sleep(seconds) {
      passed += seconds;
    },
    now,
    code,
    token,
    async tokens(client, changes) {
      const reply = await token(exchange(client, await code(client, changes)));
      if (reply.status !== 200) throw new Error(reply.body);
      return JSON.parse(reply.body) as Tokens;
    },
    refresh: (client, refreshToken, scope) =>
      token({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        ...(scope === undefined ? {} : { scope }),
        ...identify(client),
      }),
    userinfo: (accessToken) =>
      fetch(`${issuer}/oauth2/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } }),
    revoke: (client, value) =>
      postForm(issuer, '/oauth2/revoke', encodeForm({ token: value, ...identify(client) })),
    async stop() {
      await expectToServe(server);
      await grantor.stop();
    },
  };
  return server;
}

/** The server must work after everything that an attacker sent. */
export async function expectToServe(server: AttackedServer): Promise<void> {
  const health = await fetch(`${server.issuer}/health`);
  expect(health.status).toBe(200);
  const { access_token } = await server.tokens(server.app);
  const userinfo = await server.userinfo(access_token);
  expect(await userinfo.json()).toMatchObject({ name: server.grantor.user.name });
}
