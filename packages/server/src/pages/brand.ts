import { type Asset, createAsset } from './asset.js';
import { contrast, mix } from './contrast.js';
import { contrastPairs, dark, light, type Palette } from './palette.js';

/** How the service is named on its pages, and how it looks. */
export interface Brand {
  readonly name: string;
  /** The colours that differ from Grantor's; undefined where none do. */
  readonly stylesheet: Asset | undefined;
  /** Addresses that every page links to. */
  readonly links: BrandLinks;
}

export interface BrandLinks {
  readonly support?: string | undefined;
  readonly privacy?: string | undefined;
  readonly terms?: string | undefined;
}

export const defaultBrand: Brand = { name: 'Grantor', stylesheet: undefined, links: {} };

/** What the operator set of the brand. */
export interface BrandSettings {
  readonly name?: string | undefined;
  /** Six-digit hex colours. */
  readonly accentLight?: string | undefined;
  readonly accentDark?: string | undefined;
  readonly links: BrandLinks;
}

/**
 * The brand of the operator.
 *
 * @throws Error that names the ratio, if a text in an accent colour could not be read
 */
export function createBrand({ name, accentLight, accentDark, links }: BrandSettings): Brand {
  return {
    name: name ?? defaultBrand.name,
    links,
    stylesheet:
      accentLight === undefined && accentDark === undefined
        ? undefined
        : brandStylesheet(
            accentLight === undefined ? undefined : withAccent('GRANTOR_ACCENT_LIGHT', light, accentLight),
            accentDark === undefined ? undefined : withAccent('GRANTOR_ACCENT_DARK', dark, accentDark),
          ),
  };
}

type Accents = Pick<Palette, 'accent' | 'accentHover' | 'onAccent' | 'accentSoft'>;

function withAccent(setting: string, base: Palette, accent: string): Accents {
  const onAccent = contrast(accent, '#ffffff') >= contrast(accent, '#000000') ? '#ffffff' : '#000000';
  const accents: Accents = {
    accent,
    accentHover: mix(accent, base.text, 0.2),
    onAccent,
    accentSoft: mix(base.surface, accent, 0.1),
  };
  const palette = { ...base, ...accents };
  for (const { foreground, background, atLeast } of contrastPairs) {
    const ratio = contrast(palette[foreground], palette[background]);
    if (ratio >= atLeast) continue;
    const advice = base === light ? 'darker' : 'lighter';
    throw new Error(
      `${setting} cannot be ${accent}: ${foreground} ${palette[foreground]} on ${background} ${palette[background]} ` +
        `has a contrast of ${ratio.toFixed(2)}:1, and WCAG 2.2 AA needs ${atLeast}:1. Choose a ${advice} colour.`,
    );
  }
  return accents;
}

function brandStylesheet(inLight: Accents | undefined, inDark: Accents | undefined): Asset {
  const variables = ({ accent, accentHover, onAccent, accentSoft }: Accents) =>
    `:root { --accent: ${accent}; --accent-hover: ${accentHover}; --on-accent: ${onAccent}; --accent-soft: ${accentSoft}; }`;
  const css = [
    // One mode alone keeps Grantor's colours in the other.
    ...(inLight === undefined ? [] : [`@media (prefers-color-scheme: light) { ${variables(inLight)} }`]),
    ...(inDark === undefined ? [] : [`@media (prefers-color-scheme: dark) { ${variables(inDark)} }`]),
  ].join('\n');
  return createAsset(css, 'text/css; charset=utf-8', (hash) => `/assets/brand.${hash}.css`);
}
