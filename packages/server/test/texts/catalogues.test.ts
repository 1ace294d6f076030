import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { areas, englishCatalogue, fileOf, readCatalogue } from '../../src/texts/catalogues.js';
import { languages } from '../../src/texts/languages.js';
import { compileMessage } from '../../src/texts/message.js';
import { argumentsOf } from '../../src/texts/message-arguments.js';

const english = englishCatalogue;
const folder = fileURLToPath(new URL('../../src/texts/catalogues', import.meta.url));

it('has a folder for each language and no other', () => {
  expect(readdirSync(folder).toSorted()).toEqual([...languages].toSorted());
});

describe.each(languages)('the catalogue in %s', (language) => {
  const catalogue = readCatalogue(language);

  it('has a file for each area and no other', () => {
    expect(readdirSync(`${folder}/${language}`).toSorted()).toEqual(areas.map(fileOf).toSorted());
  });

  it('has the same keys as English, in the same order', () => {
    expect([...catalogue.keys()]).toEqual([...english.keys()]);
  });

  it('compiles, with the same arguments as English', () => {
    const argumentsIn = (texts: typeof english, of: typeof language) =>
      Object.fromEntries([...texts].map(([key, text]) => [key, argumentsOf(compileMessage(text, of))]));
    expect(argumentsIn(catalogue, language)).toEqual(argumentsIn(english, 'en'));
  });

  it('has no empty text, and no space at an end that a page would lose', () => {
    expect([...catalogue].filter(([, text]) => text === '' || text !== text.trim())).toEqual([]);
  });

  it('has typographic apostrophes: a straight one quotes syntax in ICU messages', () => {
    expect([...catalogue].filter(([, text]) => text.includes("'"))).toEqual([]);
  });
});

it.each(languages.filter((language) => language !== 'en'))('is translated into %s', (language) => {
  const same = [...readCatalogue(language)].filter(([key, text]) => english.get(key) === text);
  // Some words are the same in two languages, such as the name of a protocol.
  expect(same.length).toBeLessThan(english.size / 10);
});
