import { contrast, mix } from './contrast.js';
import { type Colour, contrastPairs, type Palette } from './palette.js';

/** The colours of one mode that an operator can set, besides the accent: six-digit hex colours. */
export type ThemeColours = {
  readonly [Name in ThemeColour]?: string | undefined;
};

export type ThemeColour = Exclude<Colour, keyof Accents | 'dangerSoft' | 'warningSoft'>;

/** The variables of the stylesheet that an operator can set. */
export interface Theme {
  readonly light?: ThemeColours | undefined;
  readonly dark?: ThemeColours | undefined;
  /** The radius of corners, such as `8px`. */
  readonly radius?: string | undefined;
  /** Names of fonts that the system of the user has, with commas. */
  readonly fontFamily?: string | undefined;
}

type Accents = Pick<Palette, 'accent' | 'accentHover' | 'onAccent' | 'accentSoft'>;

/** Two colours that users could not read together. `isAccent` says whether one of them follows from the accent. */
export interface UnreadablePair {
  readonly problem: string;
  readonly pair: readonly [Colour, Colour];
  readonly isAccent: boolean;
}

/**
 * The palette of one mode with the colours of the operator. Colours that are not set follow those that are: a panel from
 * its card, a hint from the text.
 */
export function paletteWith(base: Palette, own: ThemeColours, accent: string | undefined): Palette {
  const set = Object.fromEntries(Object.entries(own).filter(([, colour]) => colour !== undefined));
  const { surface = base.surface, text = base.text, danger = base.danger, warning = base.warning } = own;
  const isOwnGround = own.surface !== undefined || own.text !== undefined;
  const grounds: Palette = {
    ...base,
    ...(isOwnGround
      ? {
          sunken: mix(surface, text, 0.03),
          line: mix(surface, text, 0.12),
          muted: mix(text, surface, 0.3),
          control: mix(text, surface, 0.45),
        }
      : {}),
    ...(isOwnGround || own.danger !== undefined ? { dangerSoft: mix(surface, danger, 0.1) } : {}),
    ...(isOwnGround || own.warning !== undefined ? { warningSoft: mix(surface, warning, 0.12) } : {}),
    ...set,
  };
  return accent === undefined && !isOwnGround
    ? grounds
    : { ...grounds, ...accentsOf(accent ?? base.accent, grounds) };
}

function accentsOf(accent: string, { text, surface }: Palette): Accents {
  return {
    accent,
    accentHover: mix(accent, text, 0.2),
    onAccent: contrast(accent, '#ffffff') >= contrast(accent, '#000000') ? '#ffffff' : '#000000',
    accentSoft: mix(surface, accent, 0.1),
  };
}

/** The first combination of colours whose contrast is too low (WCAG 2.2 SC 1.4.3 and 1.4.11). */
export function unreadablePair(palette: Palette): UnreadablePair | undefined {
  for (const { foreground, background, atLeast } of contrastPairs) {
    const ratio = contrast(palette[foreground], palette[background]);
    if (ratio >= atLeast) continue;
    return {
      pair: [foreground, background],
      isAccent: /accent/i.test(foreground + background),
      problem:
        `${foreground} ${palette[foreground]} on ${background} ${palette[background]} ` +
        `has a contrast of ${ratio.toFixed(2)}:1, and WCAG 2.2 AA needs ${atLeast}:1`,
    };
  }
  return undefined;
}

/** Whether a mode has dark text on a light ground. */
export function isLightGround({ surface }: Palette): boolean {
  return contrast(surface, '#000000') > contrast(surface, '#ffffff');
}
