import { createHash } from 'node:crypto';
import type { Worker } from './load.ts';
import { codeOf, consent, signIn } from './user.ts';
import { formPost, get, Wire } from './wire.ts';

/** A server under test. */
export interface Bench {
  readonly port: number;
  readonly apiKey: string;
  readonly user: { readonly username: string; readonly password: string };
}

/** One workload: its workers, each with a connection and the operation that it repeats. */
export interface Scenario {
  readonly name: string;
  readonly prepare: (bench: Bench, workers: number) => Promise<readonly Worker[]>;
}

const REDIRECT_URI = 'https://app.example.com/callback';
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

export const scenarios: readonly Scenario[] = [
  {
    name: 'client credentials',
    async prepare(bench, workers) {
      const app = await register(bench, { grant_types: ['client_credentials'], scopes: ['files:read'] });
      const request = formPost('/oauth2/token', {
        grant_type: 'client_credentials',
        scope: 'files:read',
        client_id: app.id,
        client_secret: app.secret,
      });
      return same(bench, workers, request);
    },
  },
  {
    name: 'code flow',
    async prepare(bench, workers) {
      const { app, page } = await connected(bench);
      return many(bench, workers, (wire) => async () => {
        await exchange(wire, app, page);
      });
    },
  },
  { name: 'refresh', prepare: (bench, workers) => refreshing(bench, workers) },
  {
    name: 'introspection',
    async prepare(bench, workers) {
      const { app, page } = await connected(bench);
      const wire = await Wire.open(bench.port);
      const { access_token: token } = await exchange(wire, app, page);
      wire.close();
      const request = formPost('/oauth2/introspect', { token, ...credentials(app) });
      return same(bench, workers, request, (body) => body.includes('"active":true'));
    },
  },
];

/**
 * Workers that refresh tokens, each those of its own grant.
 *
 * @param metadata of the app, in addition to its redirect URI
 */
export async function refreshing(bench: Bench, workers: number, metadata = {}): Promise<readonly Worker[]> {
  const { app, page } = await connected(bench, metadata);
  return many(bench, workers, (wire) => {
    let token: string | undefined;
    return async () => {
      token ??= (await exchange(wire, app, page)).refresh_token;
      const form = { grant_type: 'refresh_token', refresh_token: token ?? '' };
      token = (await tokens(wire, formPost('/oauth2/token', { ...form, ...credentials(app) }))).refresh_token;
    };
  });
}

/** An app with the consent of a signed-in user, and the request that gets a code for it without a page. */
async function connected(bench: Bench, metadata = {}): Promise<{ readonly app: App; readonly page: string }> {
  const scopes = ['openid', 'files:read'];
  const app = await register(bench, { redirect_uris: [REDIRECT_URI], scopes, ...metadata });
  const authorize = authorizeRequest(app.id);
  const cookie = await signIn(bench.port, bench.user);
  await consent(bench.port, cookie, authorize);
  return { app, page: get(authorize, cookie) };
}

/** Workers for the floor: the same form as client credentials, and the same check of the response. */
export function floorWorkers(
  port: number,
  path: '/' | '/no-row',
  workers: number,
): Promise<readonly Worker[]> {
  const request = formPost(path, {
    grant_type: 'client_credentials',
    scope: 'files:read',
    client_id: 'b0c5a1f2-0d3e-4b6a-9f57-2f4f7a2c9d11',
    client_secret: 'x'.repeat(43),
  });
  return same({ port }, workers, request);
}

interface App {
  readonly id: string;
  readonly secret: string;
}

interface TokenResponse {
  readonly access_token: string;
  readonly refresh_token?: string;
}

async function register({ port, apiKey }: Bench, metadata: object): Promise<App> {
  const response = await fetch(`http://127.0.0.1:${port}/api/2.0/clients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Bench', ...metadata }),
  });
  if (response.status !== 201) throw new Error(`not registered: ${await response.text()}`);
  const { client_id: id, client_secret: secret } = (await response.json()) as Record<string, string>;
  return { id: id ?? '', secret: secret ?? '' };
}

function credentials(app: App) {
  return { client_id: app.id, client_secret: app.secret };
}

function authorizeRequest(clientId: string): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: REDIRECT_URI,
    scope: 'openid files:read',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  });
  return `/oauth2/authorize?${query.toString()}`;
}

/** Authorizes in a browser that is signed in and has consented, and exchanges the code. */
async function exchange(wire: Wire, app: App, page: string): Promise<TokenResponse> {
  const { head } = await wire.send(page);
  const code = codeOf(head);
  if (code === undefined) throw new Error(`no code: ${head}`);
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: REDIRECT_URI,
    code_verifier: VERIFIER,
  };
  return tokens(wire, formPost('/oauth2/token', { ...form, ...credentials(app) }));
}

async function tokens(wire: Wire, request: string): Promise<TokenResponse> {
  const { status, body } = await wire.send(request);
  if (status !== 200) throw new Error(`refused with ${status}: ${body}`);
  return JSON.parse(body) as TokenResponse;
}

function same(
  { port }: { readonly port: number },
  workers: number,
  request: string,
  isGood: (body: string) => boolean = (body) => body.includes('"access_token"'),
): Promise<readonly Worker[]> {
  return many({ port }, workers, (wire) => async () => {
    const { status, body } = await wire.send(request);
    if (status !== 200 || !isGood(body)) throw new Error(`refused with ${status}: ${body}`);
  });
}

/** Workers that each repeat the operation that `operationOf` creates for their connection. */
export function many(
  { port }: { readonly port: number },
  workers: number,
  operationOf: (wire: Wire) => () => Promise<void>,
): Promise<readonly Worker[]> {
  return Promise.all(
    Array.from({ length: workers }, async () => {
      const wire = await Wire.open(port);
      return { wire, operate: operationOf(wire) };
    }),
  );
}
