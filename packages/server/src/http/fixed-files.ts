import type { BytesResponse } from '../endpoints/endpoint.js';
import { MAILED_LOGO } from '../endpoints/paths.js';
import type { Asset, Brand } from '../pages/index.js';
import { assetEndpoint } from './assets.js';

const DAY = 'public, max-age=86400';

/** A file and its path. */
interface ServedFile {
  readonly path: string;
  readonly endpoint: (headers: Headers) => BytesResponse;
}

/** The files of the brand, below the issuer. */
export function brandFiles({ icon, logo, stylesheet }: Brand): readonly ServedFile[] {
  const assets = [icon, logo?.light, logo?.dark, stylesheet].filter((asset) => asset !== undefined);
  return [
    ...assets.map((asset: Asset) => ({ path: asset.path, endpoint: assetEndpoint(asset) })),
    // Mails are read for years: their logo has an address that stays.
    ...(logo === undefined ? [] : [{ path: MAILED_LOGO, endpoint: assetEndpoint(logo.light, DAY) }]),
  ];
}

/**
 * What browsers and crawlers request without a link: the icon, and that there is nothing here for a search engine
 * (RFC 9309).
 */
export function fixedFilesOf({ icon }: Brand): readonly ServedFile[] {
  return [
    { path: '/favicon.ico', endpoint: assetEndpoint(icon, DAY) },
    {
      path: '/robots.txt',
      endpoint: assetEndpoint(
        { type: 'text/plain; charset=utf-8', body: 'User-agent: *\nDisallow: /\n', etag: '"robots-1"' },
        DAY,
      ),
    },
  ];
}
