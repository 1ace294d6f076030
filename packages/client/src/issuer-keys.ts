import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import { ClientError } from './errors.js';
import { send } from './http.js';
import type { Settings } from './settings.js';

/**
 * The issuer's signing keys: fetched when first needed, found by `kid`, and fetched anew when a token names a
 * key that is not among them, which is how an issuer rotates (OIDC Core §10.1.1).
 */
export class IssuerKeys {
  readonly #settings: Settings;
  #keys: JWTVerifyGetKey | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** The keys at `jwksUri`, in the form that jose verifies with. */
  at(jwksUri: string): JWTVerifyGetKey {
    const settings = this.#settings;
    this.#keys ??= createRemoteJWKSet(new URL(jwksUri), {
      timeoutDuration: Math.ceil(settings.timeoutSeconds * 1000),
      // No pause between fetches: ID tokens come straight from the token endpoint, so no stranger can cause one.
      cooldownDuration: 0,
      [customFetch]: async (url, init) => {
        const answer = await send(settings, 'key set (jwks_uri)', url, { headers: init.headers });
        if (answer.status === 200 && answer.json !== undefined) return Response.json(answer.json);
        throw new ClientError(
          'invalid_response',
          `The key set (jwks_uri) answered with status ${answer.status} and no keys.`,
        );
      },
    });
    return this.#keys;
  }
}
