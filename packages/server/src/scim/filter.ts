import { type AttributePath, readAttributePath } from './attribute-path.js';
import type { Attribute, ResourceType } from './attributes.js';
import { ScimError } from './scim-error.js';

const comparisons = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof comparisons)[number];

/** A filter of resources, or of the values of an attribute (RFC 7644 §3.4.2.2). */
export type Filter =
  | {
      readonly kind: 'compare';
      readonly path: AttributePath;
      readonly comparison: Comparison;
      readonly value: string | number | boolean | null;
    }
  | { readonly kind: 'present'; readonly path: AttributePath }
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly kind: 'not'; readonly of: Filter }
  /** Some value of an attribute matches the inner filter. */
  | { readonly kind: 'some'; readonly attribute: Attribute; readonly of: Filter };

/** Bounds of a filter: its characters, and how deep it is nested. */
const MOST = { characters: 2048, depth: 12 } as const;

const TOKEN = /\s*(?:([()[\]])|("(?:[^"\\\p{Cc}]|\\.)*")|([^\s()[\]"]+))/uy;

/** How names in a filter become paths: those of a resource, or of the values of one attribute. */
type Resolve = (name: string) => AttributePath;

/**
 * Reads the filter of a list.
 *
 * @throws ScimError
 */
export function readFilter(text: string, type: ResourceType): Filter {
  return new FilterReader(tokensOf(text), (name) => resourcePath(name, type)).whole();
}

/**
 * Reads a filter of the values of an attribute: `type eq "work"`.
 *
 * @throws ScimError
 */
export function readValueFilter(text: string, attribute: Attribute): Filter {
  return new FilterReader(tokensOf(text), (name) => valuePath(name, attribute)).whole();
}

function resourcePath(name: string, type: ResourceType): AttributePath {
  const path = readAttributePath(name, type);
  if (path === undefined || path === 'unknown')
    throw invalid('has an attribute that this server does not have');
  if (path.attribute.returned === 'never') throw invalid('must not have an attribute that is never returned');
  return path;
}

function valuePath(name: string, attribute: Attribute): AttributePath {
  const wanted = name.toLowerCase();
  const sub = attribute.subAttributes?.find((each) => each.name.toLowerCase() === wanted);
  if (sub === undefined) throw invalid('has an attribute that the values do not have');
  return { attribute: sub, sub: undefined };
}

const invalid = (reason: string) => new ScimError('invalidFilter', `filter ${reason}`);

function tokensOf(text: string): readonly string[] {
  if (text.length > MOST.characters) throw invalid(`must have at most ${MOST.characters} characters`);
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const found = TOKEN.exec(text);
    if (found === null) throw invalid('has a text without an end, or a control character');
    tokens.push(found[1] ?? found[2] ?? found[3] ?? '');
  }
  return tokens;
}

class FilterReader {
  readonly #tokens: readonly string[];
  #resolve: Resolve;
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly string[], resolve: Resolve) {
    this.#tokens = tokens;
    this.#resolve = resolve;
  }

  whole(): Filter {
    const filter = this.#or();
    if (this.#at < this.#tokens.length) throw invalid('has something after its end');
    return filter;
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? '';
  }

  #next(): string {
    const token = this.#peek();
    if (token === '') throw invalid('ends too early');
    this.#at += 1;
    return token;
  }

  #skip(word: string): boolean {
    if (this.#peek().toLowerCase() !== word) return false;
    this.#at += 1;
    return true;
  }

  #expect(token: string): void {
    if (this.#next() !== token) throw invalid(`must have ${token} in another place`);
  }

  /** `and` binds closer than `or`. */
  #or(): Filter {
    let left = this.#and();
    while (this.#skip('or')) left = { kind: 'or', left, right: this.#and() };
    return left;
  }

  #and(): Filter {
    let left = this.#term();
    while (this.#skip('and')) left = { kind: 'and', left, right: this.#term() };
    return left;
  }

  #term(): Filter {
    if (this.#peek().toLowerCase() === 'not' && this.#tokens[this.#at + 1] === '(') {
      this.#at += 1;
      return { kind: 'not', of: this.#group('(', ')') };
    }
    if (this.#peek() === '(') return this.#group('(', ')');
    return this.#attribute();
  }

  #group(open: string, close: string): Filter {
    this.#expect(open);
    this.#depth += 1;
    if (this.#depth > MOST.depth) throw invalid(`must be nested at most ${MOST.depth} deep`);
    const filter = this.#or();
    this.#depth -= 1;
    this.#expect(close);
    return filter;
  }

  #attribute(): Filter {
    const path = this.#resolve(this.#next());
    if (this.#peek() === '[') return this.#values(path);
    const operator = this.#next().toLowerCase();
    if (operator === 'pr') return { kind: 'present', path };
    const comparison = comparisons.find((each) => each === operator);
    if (comparison === undefined) throw invalid(`must compare with ${comparisons.join(', ')} or pr`);
    const value = literal(this.#next());
    refuseMeaningless(path, comparison, value);
    return { kind: 'compare', path, comparison, value };
  }

  #values({ attribute, sub }: AttributePath): Filter {
    if (attribute.type !== 'complex' || sub !== undefined)
      throw invalid('has [ after an attribute without parts');
    const outer = this.#resolve;
    this.#resolve = (name) => valuePath(name, attribute);
    const of = this.#group('[', ']');
    this.#resolve = outer;
    return { kind: 'some', attribute, of };
  }
}

function literal(token: string): string | number | boolean | null {
  try {
    const value: unknown = JSON.parse(token);
    if (value === null || typeof value !== 'object') return value as string | number | boolean | null;
  } catch {
    // The refusal below names what is allowed.
  }
  throw invalid('must compare with a text in double quotes, a number, true, false or null');
}

/** @throws ScimError for a comparison that has no meaning for the type of the attribute */
function refuseMeaningless(
  { attribute, sub }: AttributePath,
  comparison: Comparison,
  value: string | number | boolean | null,
): void {
  const { type } = sub ?? attribute;
  if (value === null) {
    if (comparison !== 'eq' && comparison !== 'ne') throw invalid('must compare null with eq or ne');
  } else if (type === 'boolean') {
    if (typeof value !== 'boolean' || !['eq', 'ne'].includes(comparison)) {
      throw invalid(`must compare ${(sub ?? attribute).name} with eq or ne, and true or false`);
    }
  } else if (typeof value !== 'string') {
    throw invalid(`must compare ${(sub ?? attribute).name} with a text in double quotes`);
  }
}
