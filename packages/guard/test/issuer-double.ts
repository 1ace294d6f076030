import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** A key pair: the private key signs, the JWK is published. */
export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK & { readonly kid: string; readonly alg: string };
}

export async function newSigningKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

type Override = (response: ServerResponse) => void;

/** The part of an authorization server that a guard uses: metadata, keys, and tokens signed with them. */
export interface IssuerDouble {
  readonly issuer: string;
  /** Signs tokens and is published. Replace it to rotate. */
  signingKey: SigningKey;
  /** Published in place of the signing key. */
  publishedKeys: readonly JWK[] | undefined;
  /** The paths of the requests, in order. */
  readonly requests: string[];
  /** Responses that a test sets, by path. */
  readonly overrides: Map<string, Override>;
  /** Signs an access token that is valid except for the given claims and header. */
  mint(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

export const AUDIENCE = 'https://files.example';
export const NOW = 1_800_000_000;

/**
 * Starts the double on a free loopback port.
 *
 * @param issuerPath appended to the issuer, for servers that share a host
 */
export async function startIssuer(issuerPath = ''): Promise<IssuerDouble> {
  const requests: string[] = [];
  const overrides = new Map<string, Override>();
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const override = overrides.get(path);
    if (override !== undefined) return override(response);
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
    overrides,
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
