import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** A received request. */
export interface Seen {
  path: string;
  method: string;
  authorization: string | undefined;
  contentType: string | undefined;
  form: URLSearchParams;
}

/** A response in place of the usual one. */
export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

type Body = Record<string, unknown>;
type SigningKey = { kid: string; alg: string; privateKey: CryptoKey; jwk: JWK };
type Override = (seen: Seen) => Reply | undefined | Promise<Reply | undefined>;

interface Grant {
  nonce: string | null;
  challenge: string | null;
  redirectUri: string | null;
  clientId: string | null;
  scope: string | null;
}

export const USER = 'user-1';

async function makeKey(kid: string, alg: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

/**
 * A small authorization server on a free loopback port. It issues real signed ID tokens. `overrides` replace the response
 * of an endpoint by path, `editClaims` and `editResponse` change the response of the token endpoint.
 */
export class AuthorizationServer {
  readonly seen: Seen[] = [];
  readonly overrides = new Map<string, Override>();
  readonly #server = createServer((request, response) => {
    this.#serve(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  readonly #grants = new Map<string, Grant>();
  #key: SigningKey;
  #issued = 0;
  issuer = '';
  metadata: Body = {};
  editClaims: (claims: JWTPayload) => JWTPayload = (claims) => claims;
  editResponse: (response: Body) => Body = (response) => response;
  /** Signs an ID token. Tests that need an invalid one replace it. */
  sign: (claims: JWTPayload) => Promise<string> = async (claims) => this.signWith(this.#key, claims);

  private constructor(key: SigningKey) {
    this.#key = key;
  }

  static async start(path = ''): Promise<AuthorizationServer> {
    const server = new AuthorizationServer(await makeKey('key-1', 'ES256'));
    await new Promise<void>((resolve) => {
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.#server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    server.issuer = `${origin}${path}`;
    server.metadata = {
      issuer: server.issuer,
      authorization_endpoint: `${origin}/authorize?tenant=t1`,
      token_endpoint: `${origin}/token`,
      jwks_uri: `${origin}/jwks`,
      userinfo_endpoint: `${origin}/userinfo`,
      revocation_endpoint: `${origin}/revoke`,
      authorization_response_iss_parameter_supported: true,
    };
    return server;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }

  /** The requests to one endpoint so far. */
  requestsTo(path: string): Seen[] {
    return this.seen.filter((seen) => seen.path === path);
  }

  async signWith(key: SigningKey, claims: JWTPayload): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: key.alg, kid: key.kid }).sign(key.privateKey);
  }

  /** Replaces the signing key. The key set has the new key only. */
  async rotateKey(kid: string, alg = 'ES256'): Promise<void> {
    this.#key = await makeKey(kid, alg);
  }

  /** A key with the current `kid` that is not in the key set. */
  async forgedKey(): Promise<SigningKey> {
    return makeKey(this.#key.kid, this.#key.alg);
  }

  /** The callback of a user who allows everything. */
  allow(url: string): URL {
    const request = new URL(url).searchParams;
    const code = `code-${this.#grants.size + 1}-of-the-user`;
    this.#grants.set(code, {
      nonce: request.get('nonce'),
      challenge: request.get('code_challenge'),
      redirectUri: request.get('redirect_uri'),
      clientId: request.get('client_id'),
      scope: request.get('scope'),
    });
    const callback = new URL(request.get('redirect_uri') ?? '');
    callback.searchParams.set('code', code);
    callback.searchParams.set('state', request.get('state') ?? '');
    callback.searchParams.set('iss', this.issuer);
    return callback;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.issuer).pathname;
    const seen: Seen = {
      path,
      method: request.method ?? '',
      authorization: request.headers.authorization,
      contentType: request.headers['content-type'],
      form: new URLSearchParams(await readBody(request)),
    };
    this.seen.push(seen);
    const reply = (await this.overrides.get(path)?.(seen)) ?? (await this.#respond(seen));
    const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
    response
      .writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers })
      .end(text);
  }

  async #respond(seen: Seen): Promise<Reply> {
    const wellKnown = `${new URL(this.issuer).pathname.replace(/\/$/, '')}/.well-known/openid-configuration`;
    switch (seen.path) {
      case wellKnown:
        return { body: this.metadata };
      case '/jwks':
        return { body: { keys: [this.#key.jwk] } };
      case '/token':
        return this.#token(seen.form);
      case '/userinfo':
        return { body: { sub: USER, name: 'Una User' } };
      case '/revoke':
        return { body: '' };
      default:
        return { status: 404, body: 'not here' };
    }
  }

  async #token(form: URLSearchParams): Promise<Reply> {
    const grant = form.get('grant_type') === 'refresh_token' ? undefined : await this.#redeem(form);
    if (grant === null) return { status: 400, body: { error: 'invalid_grant' } };
    this.#issued += 1;
    const response: Body = {
      access_token: `access-token-${this.#issued}`,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: `refresh-token-${this.#issued}`,
    };
    if (grant === undefined || grant.scope?.split(' ').includes('openid')) {
      const now = Math.floor(Date.now() / 1000);
      const claims: JWTPayload = { iss: this.issuer, sub: USER, aud: 'app-1', exp: now + 600, iat: now };
      if (typeof grant?.nonce === 'string') claims.nonce = grant.nonce;
      response.id_token = await this.sign(this.editClaims(claims));
    }
    return { body: this.editResponse(response) };
  }

  /** Redeems a code, once, if its redirect URI and PKCE verifier are right. */
  async #redeem(form: URLSearchParams): Promise<Grant | null> {
    const code = form.get('code') ?? '';
    const grant = this.#grants.get(code);
    this.#grants.delete(code);
    const verifier = new TextEncoder().encode(form.get('code_verifier') ?? '');
    const digest = await crypto.subtle.digest('SHA-256', verifier);
    const challenge = Buffer.from(digest).toString('base64url');
    const right = grant?.challenge === challenge && grant.redirectUri === form.get('redirect_uri');
    return right ? grant : null;
  }
}
