import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { connect } from '../../../../../test/kit/browser.js';
import {
  type RegisteredTestClient,
  type ServerOptions,
  startServer,
  type TestServer,
} from '../../../../../test/kit/servers.js';
import { createAccount } from '../../../src/accounts/create-account.js';
import { systemClock } from '../../../src/crypto/clock.js';
import { encodeForm, postForm, type Reply } from './send.js';
import { WatchedBrowser } from './watched-browser.js';

export const redirectUri = 'https://app.example.com/callback';

/** A client that was registered for a test. `client_secret` is undefined for one without a secret. */
export type Client = RegisteredTestClient;

export interface Code {
  readonly code: string;
  readonly verifier: string;
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly id_token: string;
  readonly scope: string;
  readonly expires_in: number;
}

/** A running server with three apps, a user who has allowed them, and a clock that tests move. */
export interface World {
  readonly grantor: TestServer;
  readonly issuer: string;
  /** Has a secret. */
  readonly app: Client;
  /** Another developer's app with a secret. */
  readonly otherApp: Client;
  /** Has no secret, so that it needs PKCE. */
  readonly publicApp: Client;
  /** Its access tokens are references. */
  readonly opaqueApp: Client;
  /** Where the user is signed in. */
  readonly browser: WatchedBrowser;
  /** Lets time pass, in seconds. */
  sleep(seconds: number): void;
  readonly now: () => number;
  /** A fresh code; with PKCE, unless `changes` name a challenge of their own. */
  code(client: Client, changes?: Readonly<Record<string, string>>): Promise<Code>;
  /** Sends a token request with these parameters, as a form. */
  token(parameters: Readonly<Record<string, string>>): Promise<Reply>;
  tokens(client: Client, changes?: Readonly<Record<string, string>>): Promise<Tokens>;
  refresh(client: Client, refreshToken: string, scope?: string): Promise<Reply>;
  userinfo(accessToken: string): Promise<Response>;
  revoke(client: Client, token: string): Promise<Reply>;
  stop(): Promise<void>;
}

export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}

/** How a client says who it is in a body: with its secret where it has one. */
export function identify(client: Client): Record<string, string> {
  const { client_id, client_secret } = client as { client_id: string; client_secret?: string };
  return client_secret === undefined ? { client_id } : { client_id, client_secret };
}

/** An authorization request that is as it should be, without PKCE. */
export function authorizationRequest(
  client: Client,
  changes: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    scope: 'openid profile files:read',
    state: 'the state',
    ...changes,
  };
}

/** The token request that fits a code. */
export function exchange(client: Client, { code, verifier }: Code): Record<string, string> {
  return {
    grant_type: 'authorization_code',
    code,
    code_verifier: verifier,
    redirect_uri: redirectUri,
    ...identify(client),
  };
}

export async function startWorld(options: ServerOptions = {}): Promise<World> {
  let passed = 0;
  const now = () => systemClock() + passed;
  const grantor = await startServer({ ...options, clock: now });
  const { issuer } = grantor;
  const register = (name: string, metadata: Readonly<Record<string, unknown>> = {}) =>
    grantor.register({ name, redirectUris: [redirectUri], ...metadata });
  const app = await register('Notes');
  const otherApp = await register('Somebody else');
  const publicApp = await register('Phone', { token_endpoint_auth_method: 'none' });
  const opaqueApp = await register('References', { access_token_format: 'opaque' });

  const browser = new WatchedBrowser();
  const code: World['code'] = async (client, changes = {}) => {
    const verifier = randomBytes(32).toString('base64url');
    const pkce = { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' };
    const parameters = authorizationRequest(client, { ...pkce, ...changes });
    const left = await connect(browser, `${issuer}/oauth2/authorize?${encodeForm(parameters)}`, grantor.user);
    const found = left.searchParams.get('code');
    if (found === null) throw new Error(`no code in ${left.href}`);
    return { code: found, verifier };
  };
  const token: World['token'] = (parameters) => postForm(issuer, '/oauth2/token', encodeForm(parameters));
  return {
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
    stop: () => grantor.stop(),
  };
}

/** A second user, so that a test can tell one from another. */
export async function addPerson(
  world: World,
  username: string,
): Promise<{ readonly username: string; readonly password: string }> {
  const password = 'difference-engine';
  await createAccount(world.grantor.server.store.accounts, world.now, {
    email: username,
    password,
    name: 'Charles Babbage',
  });
  return { username, password };
}

/** What must still work after everything that a stranger sent. */
export async function expectToServe(world: World): Promise<void> {
  const health = await fetch(`${world.issuer}/health`);
  expect(health.status).toBe(200);
  const { access_token } = await world.tokens(world.app);
  const userinfo = await world.userinfo(access_token);
  expect(await userinfo.json()).toMatchObject({ name: world.grantor.user.name });
}
