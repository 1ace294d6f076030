import { metadataUrls } from '@grantor/protocol';
import { ClientError } from './errors.js';
import { send } from './http.js';
import { parseMetadata, type ServerMetadata } from './metadata.js';
import type { Settings } from './options.js';

/**
 * The server's metadata, fetched once. A failure is not kept, so the next call tries again.
 *
 * @returns a function that rejects with ClientError `discovery_failed`, `issuer_mismatch`, `network` or `timeout`
 */
export function metadataOf(settings: Settings): () => Promise<ServerMetadata> {
  let found = settings.metadata && Promise.resolve(settings.metadata);
  return async () => {
    found ??= discover(settings).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}

async function discover(settings: Settings): Promise<ServerMetadata> {
  const { openid, oauth } = metadataUrls(settings.issuer);
  const statuses: number[] = [];
  for (const url of [openid, oauth]) {
    // One after the other: the second address is called only if the first has no metadata.
    // oxlint-disable-next-line no-await-in-loop
    const { status, json } = await send(settings, 'metadata document', url, {
      headers: { accept: 'application/json' },
    });
    if (status === 200) return parseMetadata(json, settings.issuer);
    statuses.push(status);
  }
  throw new ClientError(
    'discovery_failed',
    `The issuer publishes no metadata: its well-known addresses responded with status ${statuses.join(' and ')}. ` +
      'Check the option "issuer", or set the option "metadata".',
  );
}
