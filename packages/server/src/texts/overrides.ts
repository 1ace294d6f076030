import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Catalogue, englishCatalogue, isTextKey, type TextKey } from './catalogues.js';
import { type Language, languages } from './languages.js';
import { compileMessage } from './message.js';
import { argumentsOf } from './message-arguments.js';

/** Texts of the operator that replace those of the catalogues. */
export type Overrides = Readonly<Partial<Record<Language, Catalogue>>>;

/**
 * Reads the texts of the operator: a JSON file for each language, such as `de.json`, with keys and ICU messages.
 *
 * @throws Error that names every unknown language and key, and every text with other arguments than Grantor's
 */
export function readOverrides(folder: string): Overrides {
  const problems: string[] = [];
  const overrides: Partial<Record<Language, Catalogue>> = {};
  for (const file of filesIn(folder)) {
    const language = languages.find((known) => `${known}.json` === file);
    if (language === undefined) {
      problems.push(`${file} is not the file of a language: ${languages.join('.json, ')}.json`);
      continue;
    }
    const read = readTexts(join(folder, file), language);
    overrides[language] = read.texts;
    problems.push(...read.problems.map((problem) => `${file}: ${problem}`));
  }
  if (problems.length > 0) {
    throw new Error(['The texts of GRANTOR_TEXTS are invalid:', ...problems].join('\n  '));
  }
  return overrides;
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (cause) {
    throw new Error('GRANTOR_TEXTS must be a folder that this process can read', { cause });
  }
}

function readTexts(path: string, language: Language): { texts: Catalogue; problems: readonly string[] } {
  const texts = new Map<TextKey, string>();
  const problems: string[] = [];
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return { texts, problems: ['it is not JSON'] };
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    return { texts, problems: ['it must be an object of keys and texts'] };
  }
  for (const [key, text] of Object.entries(content)) {
    const problem = isTextKey(key) ? problemOf(key, text, language) : 'is not the key of a text';
    if (problem !== undefined) problems.push(`${key} ${problem}`);
    else if (isTextKey(key) && typeof text === 'string') texts.set(key, text);
  }
  return { texts, problems };
}

function problemOf(key: TextKey, text: unknown, language: Language): string | undefined {
  // The API and consents have the texts of built-in scopes as well.
  if (key.startsWith('scopes.')) return 'cannot be replaced';
  if (typeof text !== 'string' || text.trim() === '') return 'must be a text';
  const expected = argumentsOf(compileMessage(englishCatalogue.get(key) ?? '', 'en'));
  try {
    const found = argumentsOf(compileMessage(text, language));
    if (found.join() === expected.join()) return undefined;
    return `must have ${expected.length === 0 ? 'no arguments' : `the arguments ${expected.join(', ')}`}`;
  } catch (error) {
    return `is not an ICU message: ${error instanceof Error ? error.message : 'malformed'}`;
  }
}
