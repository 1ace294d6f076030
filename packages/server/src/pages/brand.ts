import type { LogoStyle } from '../protocol/index.js';
import { type Asset, createAsset } from './asset.js';
import { markIcon, monogramIcon } from './brand-icon.js';
import { dark, light, modeVariables, type Palette } from './palette.js';
import { isLightGround, paletteWith, type Theme, type UnreadablePair, unreadablePair } from './theme.js';

/** How the service is named on its pages, and how it looks. */
export interface Brand {
  readonly name: string;
  /** The logo of the operator; undefined for Grantor's mark, or the first letter of the name. */
  readonly logo: BrandLogo | undefined;
  /** The icon in the tab of the browser. */
  readonly icon: Asset;
  readonly palettes: BrandPalettes;
  /** The variables that differ from Grantor's; undefined where none do. */
  readonly stylesheet: Asset | undefined;
  /** Addresses that every page links to. */
  readonly links: BrandLinks;
}

export interface BrandPalettes {
  readonly light: Palette;
  readonly dark: Palette;
}

export interface BrandLogo {
  readonly light: Asset;
  /** For dark pages. Undefined: the other one, on white. */
  readonly dark: Asset | undefined;
  readonly style: LogoStyle;
}

export interface BrandLinks {
  readonly support?: string | undefined;
  readonly privacy?: string | undefined;
  readonly terms?: string | undefined;
}

/** What the operator set of the brand. */
export interface BrandSettings {
  readonly name?: string | undefined;
  /** Six-digit hex colours. */
  readonly accentLight?: string | undefined;
  readonly accentDark?: string | undefined;
  readonly theme?: Theme | undefined;
  readonly logo?: BrandLogo | undefined;
  readonly icon?: Asset | undefined;
  readonly links: BrandLinks;
}

const GRANTOR = 'Grantor';

/**
 * The brand of the operator.
 *
 * @throws Error that names the ratio, if a text in a colour of the operator could not be read
 */
export function createBrand(settings: BrandSettings): Brand {
  const { name = GRANTOR, theme = {}, accentLight, accentDark, logo, links } = settings;
  const palettes = {
    light: readablePalette('light', light, theme, accentLight),
    dark: readablePalette('dark', dark, theme, accentDark),
  };
  return {
    name,
    logo,
    icon: settings.icon ?? (name === GRANTOR ? markIcon(palettes.light) : monogramIcon(name, palettes.light)),
    palettes,
    stylesheet: brandStylesheet(settings, palettes),
    links,
  };
}

export const defaultBrand: Brand = createBrand({ links: {} });

/** Whether the brand has Grantor's own mark. */
export function hasOwnMark({ name }: Brand): boolean {
  return name === GRANTOR;
}

function readablePalette(mode: 'light' | 'dark', base: Palette, theme: Theme, accent: string | undefined) {
  const palette = paletteWith(base, theme[mode] ?? {}, accent);
  const found = unreadablePair(palette);
  if (found !== undefined) throw new Error(adviceFor(found, mode, palette, accent));
  return palette;
}

function adviceFor(
  { problem, pair, isAccent }: UnreadablePair,
  mode: 'light' | 'dark',
  palette: Palette,
  accent: string | undefined,
): string {
  if (isAccent && accent !== undefined) {
    const advice = isLightGround(palette) ? 'darker' : 'lighter';
    return `GRANTOR_ACCENT_${mode.toUpperCase()} cannot be ${accent}: ${problem}. Choose a ${advice} colour.`;
  }
  const changes = isAccent ? `or GRANTOR_ACCENT_${mode.toUpperCase()}` : `to another colour`;
  return `GRANTOR_THEME: in ${mode} pages, ${problem}. Set ${pair.join(' or ')} of ${mode} ${changes}.`;
}

/** The stylesheet with the variables of the operator. One mode alone keeps Grantor's colours in the other. */
function brandStylesheet(
  { theme = {}, accentLight, accentDark }: BrandSettings,
  palettes: BrandPalettes,
): Asset | undefined {
  const { radius, fontFamily } = theme;
  const shape = [
    ...(radius === undefined ? [] : [`--radius: ${radius};`]),
    ...(fontFamily === undefined ? [] : [`--font: ${fontFamily};`]),
  ];
  const rules = [
    ...(shape.length === 0 ? [] : [`:root { ${shape.join(' ')} }`]),
    ...(accentLight === undefined && theme.light === undefined ? [] : [modeRule('light', palettes)]),
    ...(accentDark === undefined && theme.dark === undefined ? [] : [modeRule('dark', palettes)]),
  ];
  return rules.length === 0
    ? undefined
    : createAsset(rules.join('\n'), 'text/css; charset=utf-8', (hash) => `/assets/brand.${hash}.css`);
}

function modeRule(mode: 'light' | 'dark', palettes: BrandPalettes): string {
  return `@media (prefers-color-scheme: ${mode}) { :root { ${modeVariables(palettes[mode])} } }`;
}
