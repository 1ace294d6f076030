import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';
import { readOverrides } from '../../src/texts/overrides.js';
import { createTexts } from '../../src/texts/texts.js';

/** A folder with these files. */
async function folderWith(files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = join(await temporaryFolder(), 'texts');
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

describe('the texts of an operator', () => {
  it('replace those of a language, and leave all others', async () => {
    const folder = await folderWith({
      'de.json': { 'signIn.title': 'Willkommen', 'common.aboutApp': '{app}: mehr' },
      'README.txt': 'not a catalogue',
    });
    const texts = createTexts(readOverrides(folder));
    expect(texts.in('de')('signIn.title')).toBe('Willkommen');
    expect(texts.in('de')('common.aboutApp', { app: 'Acme' })).toBe('Acme: mehr');
    expect(texts.in('de')('signIn.password')).toBe('Passwort');
    expect(texts.in('en')('signIn.title')).toBe('Sign in');
  });

  it.each([
    ['a language that is unknown', { 'nl.json': {} }, 'nl.json is not the file of a language'],
    ['no JSON', { 'de.json': '{' }, 'de.json: it is not JSON'],
    ['a list', { 'de.json': [] }, 'de.json: it must be an object'],
    ['an unknown key', { 'de.json': { 'signIn.nope': 'x' } }, 'signIn.nope is not the key of a text'],
    ['a key of objects', { 'de.json': '{"__proto__": "x"}' }, '__proto__ is not the key of a text'],
    ['a number', { 'de.json': { 'signIn.title': 1 } }, 'signIn.title must be a text'],
    ['an empty text', { 'de.json': { 'signIn.title': ' ' } }, 'signIn.title must be a text'],
    ['another argument', { 'de.json': { 'common.aboutApp': '{name}' } }, 'must have the arguments {app}'],
    ['a lost argument', { 'de.json': { 'common.aboutApp': 'Mehr' } }, 'must have the arguments {app}'],
    ['markup', { 'de.json': { 'signIn.title': '<b>Hi</b>' } }, 'signIn.title must have no arguments'],
    ['a script', { 'de.json': { 'signIn.title': '<script>x</script>' } }, 'must have no arguments'],
    ['broken syntax', { 'de.json': { 'signIn.title': '{a, plural}' } }, 'is not an ICU message'],
    ['the text of a scope', { 'de.json': { 'scopes.openid.title': 'x' } }, 'cannot be replaced'],
  ])('are refused with %s, and the problem is named', async (_, files, problem) => {
    const folder = await folderWith(files);
    expect(() => readOverrides(folder)).toThrow(problem);
  });

  it('are refused where the folder cannot be read', () => {
    expect(() => readOverrides('/nowhere/at/all')).toThrow('GRANTOR_TEXTS must be a folder');
  });
});
