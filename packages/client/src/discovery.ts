import { ClientError } from './errors.js';
import { send } from './http.js';
import { parseMetadata, type ServerMetadata } from './metadata.js';
import type { Settings } from './settings.js';

/** Finds the server's metadata once and keeps it; a failure is not kept, so the next call tries again. */
export class Discovery {
  readonly #settings: Settings;
  #found: Promise<ServerMetadata> | undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
    if (settings.metadata !== undefined) this.#found = Promise.resolve(settings.metadata);
  }

  /**
   * The server's metadata.
   * @throws ClientError `discovery_failed`, `issuer_mismatch`, `network` or `timeout`
   */
  async metadata(): Promise<ServerMetadata> {
    this.#found ??= discover(this.#settings).catch((error: unknown) => {
      this.#found = undefined;
      throw error;
    });
    return this.#found;
  }
}

async function discover(settings: Settings): Promise<ServerMetadata> {
  const statuses: number[] = [];
  for (const url of wellKnownAddresses(settings.issuer)) {
    // One after the other: the second address is asked only where the first has nothing.
    // oxlint-disable-next-line no-await-in-loop
    const answer = await send(settings, 'discovery document', url, {
      headers: { accept: 'application/json' },
    });
    if (answer.status === 200) return parseMetadata(answer.json, settings.issuer);
    statuses.push(answer.status);
  }
  throw new ClientError(
    'discovery_failed',
    `The issuer publishes no metadata (its well-known addresses answered ${statuses.join(' and ')}). ` +
      'Check the option "issuer", or set the option "metadata".',
  );
}

/**
 * Where an issuer publishes its metadata: OpenID Connect appends to the path (Discovery 1.0 §4.1), OAuth inserts
 * before it (RFC 8414 §3.1). Both drop a slash at the end.
 */
export function wellKnownAddresses(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  return [
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}/.well-known/oauth-authorization-server${path}`,
  ];
}
