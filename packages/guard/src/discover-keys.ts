import {
  type Fetch,
  type FindKey,
  fetchJson,
  isSecureUrl,
  type JsonObject,
  keySet,
  metadataUrls,
} from '@grantor/protocol';
import { GuardError } from './errors.js';

const MAX_RESPONSE_BYTES = 64 * 1024;

/** Where the issuer's keys are. */
export interface KeySource {
  readonly issuer: string;
  /** Undefined: read from the metadata of the issuer. */
  readonly jwksUri: string | undefined;
  readonly fetch: Fetch;
  /** How long metadata and keys may take together. */
  readonly timeoutSeconds: number;
}

/**
 * Fetches the issuer's public keys.
 *
 * @throws GuardError `keys_unavailable` with the reason
 */
export async function discoverKeys(source: KeySource): Promise<FindKey> {
  const signal = AbortSignal.timeout(source.timeoutSeconds * 1000);
  const get = async (url: string) => getJson(source.fetch, url, signal);
  const jwksUri = source.jwksUri ?? (await discoverJwksUri(source.issuer, get));
  const jwks = await get(jwksUri);
  if (jwks === undefined) throw unavailable(`${jwksUri} did not respond with 200.`);
  const keys = keySet(jwks);
  if (keys === undefined) throw unavailable(`${jwksUri} is not a JWK Set.`);
  return keys;
}

function unavailable(message: string, options?: ErrorOptions): GuardError {
  return new GuardError('keys_unavailable', message, options);
}

type GetJson = (url: string) => Promise<JsonObject | undefined>;

async function discoverJwksUri(issuer: string, get: GetJson): Promise<string> {
  const { oauth, openid, oauthAfterPath } = metadataUrls(issuer);
  for (const url of new Set([oauth, openid, oauthAfterPath])) {
    // One after the other: the next address is only called if the one before has no metadata.
    // oxlint-disable-next-line no-await-in-loop
    const metadata = await get(url);
    if (metadata === undefined) continue;
    // RFC 8414 §3.3: metadata of another issuer must not be used.
    if (metadata.issuer !== issuer) throw unavailable(`${url} names another issuer than ${issuer}.`);
    const { jwks_uri: jwksUri } = metadata;
    if (typeof jwksUri === 'string' && isSecureUrl(jwksUri)) return jwksUri;
    throw unavailable(
      `${url} has no jwks_uri that can be used. It must be an https URL, or http on loopback.`,
    );
  }
  throw unavailable(`${issuer} publishes no metadata under /.well-known. Check the option "issuer".`);
}

/** The JSON object at a URL; undefined for a status other than 200. */
async function getJson(fetch: Fetch, url: string, signal: AbortSignal): Promise<JsonObject | undefined> {
  const headers = { accept: 'application/json' };
  const response = await fetchJson(fetch, url, { headers, signal }, MAX_RESPONSE_BYTES);
  if ('failure' in response) {
    if (response.failure === 'redirect') return undefined;
    throw unavailable(`${url} could not be read (${response.failure}).`, { cause: response.cause });
  }
  if (response.status !== 200) return undefined;
  if (response.json === undefined) throw unavailable(`${url} is not a JSON object.`);
  return response.json;
}
