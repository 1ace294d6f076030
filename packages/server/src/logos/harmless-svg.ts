import sax, { type QualifiedAttribute, type QualifiedTag } from 'sax';
import { isSafeValue, presentationOf, shownAttributes } from './svg-attributes.js';

const SVG = 'http://www.w3.org/2000/svg';

/** The elements of icons. Those that run scripts, load, embed, animate or filter are missing. */
const shownElements: ReadonlySet<string> = new Set(
  `svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan
   linearGradient radialGradient stop clipPath mask pattern`.split(/\s+/),
);

/** Elements whose content is drawn once for each reference to them. */
const referable: ReadonlySet<string> = new Set(['symbol', 'clipPath', 'mask', 'pattern']);

/** A number at which references to all of them cost a browser little. */
const MOST_ELEMENTS = 2000;
const MOST_USES = 50;
const MOST_DEPTH = 50;
/** The time that the parser takes for an element grows with their number. */
const MOST_ATTRIBUTES = 10_000;
const MOST_NAMESPACES = 100;

/** Stops parsing at the first violation, which bounds its cost. */
class NoIcon extends Error {}

/**
 * Rebuilds an SVG from its shapes, text and gradients (SVG 2 §2). Scripts, handlers, styles, links and external
 * references are removed. The result contains only parsed and known elements; the input is discarded.
 *
 * The server does not draw it. `@resvg/resvg-js` 2.6.2 has no limit of time or memory and cannot be stopped: a pattern
 * with a tile of 60000 × 60000 ends the whole process, and 20 dashed lines take 4 s, also after this function.
 *
 * @returns undefined if it is not a well-formed SVG, or too complex for an icon
 */
export function harmlessSvg(text: string): string | undefined {
  if (countOf('=', text) > MOST_ATTRIBUTES || countOf('xmlns', text) > MOST_NAMESPACES) return undefined;
  try {
    return rewritten(text);
  } catch (error) {
    if (error instanceof NoIcon) return undefined;
    throw error;
  }
}

/** @throws NoIcon */
function rewritten(text: string): string {
  const reader = sax.parser(true, { xmlns: true });
  const written: string[] = [];
  /** Open elements that are written, and how many that are not. */
  const open: { readonly name: string; readonly isReferable: boolean }[] = [];
  let hidden = 0;
  let elements = 0;
  let uses = 0;

  reader.onopentag = (tag) => {
    const { local, uri, attributes } = tag as QualifiedTag;
    elements += 1;
    const isRoot = open.length === 0 && hidden === 0;
    if (isRoot && (local !== 'svg' || uri !== SVG || written.length > 0)) throw new NoIcon();
    if (elements > MOST_ELEMENTS || open.length + hidden > MOST_DEPTH) throw new NoIcon();
    const isInside = open.some((element) => element.isReferable);
    if (local === 'use') uses += 1;
    const isShown =
      uri === SVG && shownElements.has(local) && (local !== 'use' || (!isInside && uses <= MOST_USES));
    if (hidden > 0 || !isShown) {
      hidden += 1;
      return;
    }
    const kept = isRoot ? new Map([['xmlns', SVG]]) : new Map<string, string>();
    for (const [name, value] of attributesOf(Object.values(attributes), isInside)) kept.set(name, value);
    // A root that could be referred to would be drawn within itself.
    if (isRoot) kept.delete('id');
    open.push({ name: local, isReferable: referable.has(local) || kept.has('id') });
    written.push(`<${local}${[...kept].map(([name, value]) => ` ${name}="${escaped(value)}"`).join('')}>`);
  };
  reader.onclosetag = () => {
    if (hidden > 0) hidden -= 1;
    else written.push(`</${open.pop()?.name}>`);
  };
  const addText = (content: string) => {
    if (hidden === 0 && open.length > 0) written.push(escaped(content));
  };
  const refuse = () => {
    throw new NoIcon();
  };
  Object.assign(reader, { onerror: refuse, ontext: addText, oncdata: addText });

  reader.write(text).close();
  if (written.length === 0) throw new NoIcon();
  return written.join('');
}

function countOf(part: string, text: string): number {
  return text.split(part).length - 1;
}

/** The attributes that are kept, declarations of `style` among them as attributes of their own. */
function* attributesOf(
  attributes: readonly QualifiedAttribute[],
  isInside: boolean,
): Generator<readonly [string, string]> {
  for (const { prefix, local, value } of attributes) {
    if (local === 'href' && (prefix === '' || prefix === 'xlink')) {
      if (/^#[\w.-]+$/.test(value)) yield ['href', value];
    } else if (prefix !== '') {
    } else if (local === 'style') {
      yield* presentationOf(value, isInside);
    } else if (shownAttributes.has(local) && isSafeValue(value, isInside)) {
      yield [local, value];
    }
  }
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
