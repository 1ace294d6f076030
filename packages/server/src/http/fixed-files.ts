import { tabIcon } from '../pages/index.js';
import { assetEndpoint } from './assets.js';

const DAY = 'public, max-age=86400';

/**
 * What browsers and crawlers request without a link: the icon, and that there is nothing here for a search engine
 * (RFC 9309).
 */
export const fixedFiles = [
  { path: '/favicon.ico', endpoint: assetEndpoint(tabIcon, DAY) },
  {
    path: '/robots.txt',
    endpoint: assetEndpoint(
      { type: 'text/plain; charset=utf-8', body: 'User-agent: *\nDisallow: /\n', etag: '"robots-1"' },
      DAY,
    ),
  },
] as const;
