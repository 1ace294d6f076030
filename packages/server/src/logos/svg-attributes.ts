/** The painting properties, as attributes and as declarations of `style` (SVG 2 §6.2). */
const presentation: ReadonlySet<string> = new Set(
  `clip-path clip-rule color display dominant-baseline fill fill-opacity fill-rule font-family font-size font-style
   font-weight letter-spacing mask opacity stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset
   stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor visibility
   vector-effect paint-order`.split(/\s+/),
);

/** The position and shape of an element. */
const geometry =
  `clipPathUnits cx cy d dx dy fx fy gradientTransform gradientUnits height id maskContentUnits maskUnits
  offset pathLength patternContentUnits patternTransform patternUnits points preserveAspectRatio r rotate rx ry
  spreadMethod transform version viewBox width x x1 x2 y y1 y2 role aria-label aria-hidden`.split(/\s+/);

/** The attributes that an icon may have. No handler, and nothing that names another resource, is among them. */
export const shownAttributes: ReadonlySet<string> = new Set([...presentation, ...geometry]);

/** A reference to an element of the same document. */
const OWN_REFERENCE = /url\(\s*(['"]?)#[\w.-]+\1\s*\)/g;

/**
 * Whether a value only affects painting and refers to nothing outside its document.
 *
 * @param isInside whether the element is drawn for each reference to it. It must then have no references itself, or a
 *   short document could be an endless picture
 */
export function isSafeValue(value: string, isInside: boolean): boolean {
  const rest = value.replaceAll(OWN_REFERENCE, isInside ? 'url' : '');
  return !/[\\@<>{}]|url|:|\/\*/i.test(rest);
}

/**
 * The allowed declarations of a `style` attribute, as attributes. A regular expression could backtrack for hours on the
 * spaces of a short value.
 */
export function* presentationOf(style: string, isInside: boolean): Generator<readonly [string, string]> {
  for (const declaration of style.split(';')) {
    const [name = '', ...rest] = declaration.split(':');
    const value = rest.join(':').trim();
    if (value !== '' && presentation.has(name.trim()) && isSafeValue(value, isInside)) {
      yield [name.trim(), value];
    }
  }
}
