import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

/** A token request as the provider received it. */
export interface ReceivedTokenRequest {
  readonly form: URLSearchParams;
  readonly authorization: string | undefined;
}

/** What an authorization at the stub provider leads to. A test changes what the provider does wrong. */
export interface StubAnswer {
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Claims and header of the ID token that differ from the right ones; undefined removes one. */
  readonly idToken?: Readonly<Record<string, unknown>>;
  readonly header?: { readonly alg: string; readonly kid?: string };
  readonly userinfo?: Readonly<Record<string, unknown>>;
  readonly tokenStatus?: number;
}

/** How a logout token is signed, if not as the provider signs. */
export interface LogoutTokenSignature {
  readonly header?: Readonly<Record<string, string>>;
  readonly by?: CryptoKey | Uint8Array;
}

interface Code extends StubAnswer {
  readonly challenge: string;
  readonly nonce: string;
  readonly clientId: string;
}

/** An OpenID provider in the outside network: its users have authenticated already. */
export class StubProvider {
  readonly issuer: string;
  readonly tokenRequests: ReceivedTokenRequest[] = [];
  /** The ID tokens that it has issued. */
  readonly idTokens: string[] = [];
  /** How often each path was requested. */
  readonly calls = new Map<string, number>();
  /** Members of the metadata that differ. */
  metadata: Readonly<Record<string, unknown>> = {};
  /** What it has in place of its JWK Set. */
  jwks: unknown;
  /** Whether it responds to every request with status 503. */
  isDown = false;
  readonly #server: Server;
  readonly #codes = new Map<string, Code>();
  readonly #accessTokens = new Map<string, StubAnswer>();
  readonly #keys: Awaited<ReturnType<typeof generateKeyPair>>;

  private constructor(server: Server, keys: Awaited<ReturnType<typeof generateKeyPair>>) {
    this.#server = server;
    this.#keys = keys;
    this.issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  static async start(): Promise<StubProvider> {
    const keys = await generateKeyPair('ES256', { extractable: true });
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    const provider = new StubProvider(server, keys);
    server.on('request', (request, response) => void provider.#respond(request, response));
    return provider;
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** The user allows the request: the address that the browser is sent back to. */
  allow(request: URL, answer: StubAnswer = {}, parameters: Readonly<Record<string, string>> = {}): URL {
    const sent = request.searchParams;
    const code = `code-${this.#codes.size}`;
    this.#codes.set(code, {
      ...answer,
      challenge: sent.get('code_challenge') ?? '',
      nonce: sent.get('nonce') ?? '',
      clientId: sent.get('client_id') ?? '',
    });
    const back = new URL(sent.get('redirect_uri') ?? '');
    const response = { code, state: sent.get('state') ?? '', iss: this.issuer, ...parameters };
    back.search = new URLSearchParams(response).toString();
    return back;
  }

  /**
   * A logout token of the provider (Back-Channel Logout 1.0 §2.4).
   *
   * @param claims that differ from the right ones; undefined removes one
   * @param by another key than the provider's
   */
  logoutToken(
    clientId: string,
    claims: Readonly<Record<string, unknown>>,
    { header = {}, by = this.#keys.privateKey }: LogoutTokenSignature = {},
  ): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const all = {
      iss: this.issuer,
      aud: clientId,
      iat: now,
      exp: now + 120,
      jti: randomUUID(),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      ...claims,
    };
    const alg = by instanceof Uint8Array ? 'HS256' : 'ES256';
    return new SignJWT(all).setProtectedHeader({ alg, kid: 'stub', typ: 'logout+jwt', ...header }).sign(by);
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    this.calls.set(path, (this.calls.get(path) ?? 0) + 1);
    const [status, body] = this.isDown ? [503, {}] : await this.#route(path, request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  async #route(path: string, request: IncomingMessage): Promise<readonly [number, unknown]> {
    if (path === '/.well-known/openid-configuration') return [200, this.#metadata()];
    if (path === '/jwks' && this.jwks !== undefined) return [200, this.jwks];
    if (path === '/jwks') {
      return [200, { keys: [{ ...(await exportJWK(this.#keys.publicKey)), kid: 'stub', alg: 'ES256' }] }];
    }
    if (path === '/token') return this.#token(await formOf(request), request.headers.authorization);
    if (path === '/userinfo') {
      const found = this.#accessTokens.get(request.headers.authorization?.slice('Bearer '.length) ?? '');
      return [200, found?.userinfo ?? { sub: found?.claims?.sub }];
    }
    return [404, {}];
  }

  #metadata(): unknown {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/jwks`,
      userinfo_endpoint: `${this.issuer}/userinfo`,
      authorization_response_iss_parameter_supported: true,
      ...this.metadata,
    };
  }

  async #token(
    form: URLSearchParams,
    authorization: string | undefined,
  ): Promise<readonly [number, unknown]> {
    this.tokenRequests.push({ form, authorization });
    const found = this.#codes.get(form.get('code') ?? '');
    this.#codes.delete(form.get('code') ?? '');
    const verifier = form.get('code_verifier') ?? '';
    // RFC 7636 §4.6
    const isOwn = found?.challenge === createHash('sha256').update(verifier).digest('base64url');
    if (found === undefined || !isOwn) return [400, { error: 'invalid_grant' }];
    if (found.tokenStatus !== undefined) return [found.tokenStatus, {}];
    const accessToken = `token-${this.#accessTokens.size}`;
    this.#accessTokens.set(accessToken, found);
    const idToken = await this.#idToken(found);
    this.idTokens.push(idToken);
    return [200, { access_token: accessToken, token_type: 'Bearer', id_token: idToken }];
  }

  async #idToken({ claims, idToken, header, nonce, clientId }: Code): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const all = { iss: this.issuer, aud: clientId, iat: now, exp: now + 300, nonce, ...claims, ...idToken };
    const token = new SignJWT(all).setProtectedHeader({ alg: 'ES256', kid: 'stub', ...header });
    if (header?.alg === 'HS256') return token.sign(new TextEncoder().encode('x'.repeat(32)));
    return token.sign(this.#keys.privateKey);
  }
}

/** The fields of a form in the body. */
export async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}

/** The settings of a server whose users sign in at the stub provider, which is trusted for verified addresses. */
export const corpAt = ({ issuer }: StubProvider) => ({
  id: 'corp',
  name: 'Corp',
  issuer,
  clientId: 'grantor',
  clientSecret: 'secret of corp',
  trust: { email: 'verified' as const },
});
