import type { JSONWebKeySet, JWK } from 'jose';
import { fetchJson } from './fetch-json.js';
import { KeysUnavailable } from './keys-unavailable.js';
import { isTrustworthyUrl } from './trustworthy-url.js';

const TIMEOUT_MILLISECONDS = 5000;

/** Where the keys are. */
export interface KeySource {
  readonly issuer: string;
  /** Left out: found by discovery. */
  readonly jwksUri?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * Fetches the issuer's public keys, within 5 s all told.
 *
 * @throws KeysUnavailable with the reason, for the operator
 */
export async function discoverKeys(source: KeySource): Promise<JSONWebKeySet> {
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  const jwksUri = source.jwksUri ?? (await discoverJwksUri(source, signal));
  const jwks = await fetchJson(jwksUri, source.fetch, signal);
  if (jwks === undefined) throw new KeysUnavailable(`${jwksUri} did not answer with 200`);
  const keys = jwks.keys;
  if (!Array.isArray(keys)) throw new KeysUnavailable(`${jwksUri} is not a JWKS`);
  // RFC 7517 §5: what is not understood is ignored, and does not spoil the rest.
  return { keys: keys.filter((key: unknown) => isJwk(key)) };
}

async function discoverJwksUri({ issuer, fetch }: KeySource, signal: AbortSignal): Promise<string> {
  for (const url of metadataUrls(issuer)) {
    const metadata = await fetchJson(url, fetch, signal);
    if (metadata === undefined) continue;
    // RFC 8414 §3.3: metadata of another issuer must not be used.
    if (metadata.issuer !== issuer) {
      throw new KeysUnavailable(`${url} is about another issuer than ${issuer}`);
    }
    const jwksUri = metadata.jwks_uri;
    if (typeof jwksUri === 'string' && isTrustworthyUrl(jwksUri)) return jwksUri;
    throw new KeysUnavailable(`${url} has no jwks_uri that can be used: https, or http on loopback`);
  }
  throw new KeysUnavailable(`${issuer} publishes no metadata under /.well-known`);
}

/**
 * The places where an issuer's metadata may be: between host and path (RFC 8414 §3.1), or after the path
 * (OpenID Connect Discovery 1.0 §4.1; many servers do so with the other name as well).
 */
export function metadataUrls(issuer: string): readonly string[] {
  const base = issuer.replace(/\/$/, '');
  const { origin, pathname } = new URL(base);
  const path = pathname === '/' ? '' : pathname;
  return [
    ...new Set([
      `${origin}/.well-known/oauth-authorization-server${path}`,
      `${base}/.well-known/openid-configuration`,
      `${base}/.well-known/oauth-authorization-server`,
    ]),
  ];
}

function isJwk(key: unknown): key is JWK {
  return typeof key === 'object' && key !== null && 'kty' in key;
}
