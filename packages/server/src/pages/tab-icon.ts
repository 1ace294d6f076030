import { createHash } from 'node:crypto';
import type { Asset } from './asset.js';
import { markPath } from './icons.js';
import { light } from './palette.js';

const body = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="10" fill="${light.accent}"/><path transform="translate(8 8)" d="${markPath}" fill="none" stroke="${light.onAccent}" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

const hash = createHash('sha256').update(body).digest('hex').slice(0, 10);

/** The icon of the browser tab. Without one, browsers request /favicon.ico and report an error. */
export const tabIcon: Asset = {
  path: `/assets/icon.${hash}.svg`,
  type: 'image/svg+xml',
  body,
  etag: `"${hash}"`,
};
