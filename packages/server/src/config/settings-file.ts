import { readFileSync } from 'node:fs';
import { parseJson } from '@grantor/protocol';

/** A problem of a file that a setting names, as the end of a sentence about the setting. */
export class SettingsFileError extends Error {}

/** @throws SettingsFileError if it cannot be read */
export function readSettingsText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SettingsFileError(`needs the file ${path}, which cannot be read`, { cause });
  }
}

/**
 * The content of a JSON file, not checked yet.
 *
 * @throws SettingsFileError if it cannot be read or is not JSON
 */
export function readSettingsJson(path: string): unknown {
  const content = parseJson(readSettingsText(path));
  if (content === undefined) throw new SettingsFileError(`names ${path}, which is not JSON`);
  return content;
}
