import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** A key pair of the double: what it signs with, and what it publishes. */
export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK & { readonly kid: string; readonly alg: string };
}

export async function newSigningKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

type Answer = (response: ServerResponse) => void;

/** An authorization server as far as a guard sees one: metadata, keys, and tokens signed with them. */
export interface IssuerDouble {
  readonly issuer: string;
  /** Published and used to sign; replace it to rotate. */
  signingKey: SigningKey;
  /** What the JWKS says instead of the signing key. */
  publishedKeys: readonly JWK[] | undefined;
  /** Paths in the order in which they were asked for. */
  readonly requests: string[];
  /** Answers of a test's own, by path. */
  readonly answers: Map<string, Answer>;
  /** A good access token but for what is given. */
  mint(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

export const AUDIENCE = 'https://files.example';
export const NOW = 1_800_000_000;

/**
 * Starts the double on a free port of the loopback interface.
 *
 * @param issuerPath appended to the issuer, for servers that share a host
 */
export async function startIssuer(issuerPath = ''): Promise<IssuerDouble> {
  const requests: string[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const answer = answers.get(path);
    if (answer !== undefined) return answer(response);
    if (path === `/.well-known/oauth-authorization-server${issuerPath}`) {
      return json(response, { issuer: double.issuer, jwks_uri: `${double.issuer}/jwks` });
    }
    if (path === `${issuerPath}/jwks`) {
      return json(response, { keys: double.publishedKeys ?? [double.signingKey.jwk] });
    }
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  const double: IssuerDouble = {
    issuer: `http://127.0.0.1:${port}${issuerPath}`,
    signingKey: await newSigningKey('first'),
    publishedKeys: undefined,
    requests,
    answers,
    mint(claims = {}, header) {
      const { privateKey, jwk } = double.signingKey;
      return new SignJWT({
        iss: double.issuer,
        aud: AUDIENCE,
        sub: 'ada',
        client_id: 'demo-app',
        jti: 'token-1',
        scope: 'files:read profile',
        iat: NOW,
        exp: NOW + 300,
        ...claims,
      })
        .setProtectedHeader({ typ: 'at+jwt', kid: jwk.kid, ...header, alg: jwk.alg })
        .sign(privateKey);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
  return double;
}

export function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
