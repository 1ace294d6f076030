import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { type DeployedServer, type MovedClock, registerAt } from '../../../../test/kit/deployment.js';

/** A client that caches the keys for exactly as long as allowed (RFC 9111 §4.2). */
export class CachingClient {
  #keys: JSONWebKeySet | undefined;
  #freshUntil = 0;

  constructor(
    readonly clock: MovedClock,
    readonly jwksUri: () => string,
  ) {}

  async keys(): Promise<JSONWebKeySet> {
    if (this.#keys === undefined || this.clock.now >= this.#freshUntil) {
      const response = await fetch(this.jwksUri());
      const [, maxAge = '0'] = /max-age=(\d+)/.exec(response.headers.get('cache-control') ?? '') ?? [];
      this.#keys = (await response.json()) as JSONWebKeySet;
      this.#freshUntil = this.clock.now + Number(maxAge);
    }
    return this.#keys;
  }

  /** @throws Error for a token that the cached keys cannot verify */
  async verify(token: string): Promise<{ readonly payload: JWTPayload; readonly kid: string }> {
    const currentDate = new Date(this.clock.now * 1000);
    const result = await jwtVerify(token, createLocalJWKSet(await this.keys()), { currentDate });
    return { payload: result.payload, kid: result.protectedHeader.kid ?? '' };
  }
}

/**
 * Registers an app that requests tokens for itself.
 *
 * @returns requests a token at a server of the deployment
 */
export async function registerProgram(
  server: DeployedServer,
): Promise<(at: DeployedServer) => Promise<string>> {
  const app = await registerAt(server, { grant_types: ['client_credentials'], redirectUris: [] });
  return async ({ url }) => {
    const { access_token } = await bodyOf<{ access_token: string }>(app.with({ at: url }).ownToken());
    return access_token;
  };
}
