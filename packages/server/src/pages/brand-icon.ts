import { type Asset, createAsset } from './asset.js';
import { monogram } from './display-name.js';
import { markPath } from './icons.js';
import type { Palette } from './palette.js';

type Colours = Pick<Palette, 'accent' | 'onAccent'>;

/** Grantor's mark for the tab of the browser. Without an icon, browsers request /favicon.ico. */
export function markIcon({ accent, onAccent }: Colours): Asset {
  return tabIcon(
    accent,
    `<path transform="translate(8 8)" d="${markPath}" fill="none" stroke="${onAccent}" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/>`,
  );
}

/** The first letter of the name of the service, for the tab of the browser. */
export function monogramIcon(name: string, { accent, onAccent }: Colours): Asset {
  const letter = monogram(name).replace(/[&<>]/g, (character) => `&#${character.codePointAt(0)};`);
  return tabIcon(
    accent,
    `<text x="20" y="28" text-anchor="middle" font-family="system-ui, sans-serif" font-size="23" font-weight="650" fill="${onAccent}">${letter}</text>`,
  );
}

function tabIcon(background: string, drawing: string): Asset {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" rx="10" fill="${background}"/>${drawing}</svg>`;
  return createAsset(svg, 'image/svg+xml', (hash) => `/assets/icon.${hash}.svg`);
}
