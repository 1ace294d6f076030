import type { Brand } from './brand.js';
import { paletteVariables } from './palette.js';
import { isLightGround, paletteWith, unreadablePair } from './theme.js';

export type Mode = 'light' | 'dark';

/** The name of the stylesheet with the accent of an app in one mode. */
export function accentName(mode: Mode, accent: string | undefined): string | undefined {
  return accent === undefined ? undefined : `${mode}-${accent.slice(1)}.css`;
}

/**
 * The stylesheet of this name.
 *
 * @returns undefined for another name, and for a colour that users could not read
 */
export function accentStylesheet({ palettes }: Brand, name: string): string | undefined {
  const [, mode, digits] = /^(light|dark)-([0-9a-f]{6})\.css$/.exec(name) ?? [];
  if (mode !== 'light' && mode !== 'dark') return undefined;
  const palette = paletteWith(palettes[mode], {}, `#${digits}`);
  if (unreadablePair(palette) !== undefined) return undefined;
  const { accent, accentHover, onAccent, accentSoft } = palette;
  const accents = paletteVariables({ accent, accentHover, onAccent, accentSoft });
  return `@media (prefers-color-scheme: ${mode}) { :root { ${accents} } }`;
}

/** What is wrong with an accent on the pages of the service; undefined if its contrast is enough. */
export function accentProblem({ palettes }: Brand, mode: Mode, accent: string): string | undefined {
  const found = unreadablePair(paletteWith(palettes[mode], {}, accent));
  if (found === undefined) return undefined;
  const advice = isLightGround(palettes[mode]) ? 'darker' : 'lighter';
  return `cannot be read: ${found.problem}. Choose a ${advice} colour`;
}
