/** The colours of one mode. Every value is a six-digit hex colour, so that contrast can be computed. */
export interface Palette {
  /** Page background. */
  readonly paper: string;
  /** Card background. */
  readonly surface: string;
  /** Quiet panels inside a card. */
  readonly sunken: string;
  readonly text: string;
  readonly muted: string;
  /** Decorative separators; carries no meaning. */
  readonly line: string;
  /** Borders that show where a control is. */
  readonly control: string;
  readonly accent: string;
  readonly accentHover: string;
  readonly onAccent: string;
  readonly accentSoft: string;
  readonly danger: string;
  readonly dangerSoft: string;
  readonly warning: string;
  readonly warningSoft: string;
}

export const light: Palette = {
  paper: '#f4f3ee',
  surface: '#ffffff',
  sunken: '#f7f7f3',
  text: '#14211d',
  muted: '#55635e',
  line: '#e2e3dc',
  control: '#7d8a85',
  accent: '#0b6655',
  accentHover: '#08503f',
  onAccent: '#ffffff',
  accentSoft: '#e3f1ec',
  danger: '#a0221a',
  dangerSoft: '#fdeeec',
  warning: '#744800',
  warningSoft: '#fdf3dd',
};

export const dark: Palette = {
  paper: '#0c1110',
  surface: '#141b19',
  sunken: '#1a2320',
  text: '#e8efec',
  muted: '#a4b2ac',
  line: '#27312e',
  control: '#71807a',
  accent: '#74dcc0',
  accentHover: '#98ead4',
  onAccent: '#04211a',
  accentSoft: '#17312a',
  danger: '#ffa297',
  dangerSoft: '#371b1a',
  warning: '#f2c871',
  warningSoft: '#31260f',
};

export type Colour = keyof Palette;

/** A foreground, its background, and the least contrast ratio. */
export interface ContrastPair {
  readonly foreground: Colour;
  readonly background: Colour;
  readonly atLeast: number;
}

const text = (foreground: Colour, ...backgrounds: Colour[]): ContrastPair[] =>
  // WCAG 2.2 SC 1.4.3: 4.5:1 for text of ordinary size.
  backgrounds.map((background) => ({ foreground, background, atLeast: 4.5 }));

const graphic = (foreground: Colour, ...backgrounds: Colour[]): ContrastPair[] =>
  // WCAG 2.2 SC 1.4.11: 3:1 for the outline of a control and for a focus ring.
  backgrounds.map((background) => ({ foreground, background, atLeast: 3 }));

/** Every combination that the stylesheet uses. A rule with a new combination adds it here. */
export const contrastPairs: readonly ContrastPair[] = [
  ...text('text', 'paper', 'surface', 'sunken', 'accentSoft', 'dangerSoft', 'warningSoft'),
  ...text('muted', 'paper', 'surface', 'sunken'),
  ...text('accent', 'paper', 'surface', 'sunken', 'accentSoft'),
  ...text('accentHover', 'paper', 'surface', 'sunken'),
  ...text('onAccent', 'accent', 'accentHover'),
  ...text('danger', 'surface', 'dangerSoft'),
  ...text('warning', 'surface', 'warningSoft'),
  ...graphic('control', 'paper', 'surface', 'sunken'),
  ...graphic('accent', 'paper', 'surface', 'sunken'),
];

/**
 * The variables of a mode: its colours, and those of the mark of the service, which stay on pages with the accent of an app.
 */
export function modeVariables(palette: Palette): string {
  return `${paletteVariables(palette)} --brand: ${palette.accent}; --on-brand: ${palette.onAccent};`;
}

/** The colours as declarations of the variables that the stylesheet uses. */
export function paletteVariables(palette: Partial<Palette>): string {
  return Object.entries(palette)
    .map(([name, value]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}: ${value};`)
    .join(' ');
}
