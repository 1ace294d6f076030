import { dirname, resolve } from 'node:path';
import { isJsonObject, parseJson } from '@grantor/protocol';
import { readSettingsText, SettingsFileError } from './settings-file.js';

/**
 * Reads the file of `GRANTOR_PROVIDERS`: a JSON array of providers. A secret is not written there, but named: an object
 * `{ "env": "NAME" }` stands for an environment variable, and `{ "file": "path" }` for the content of a file, beside this
 * one unless its path is absolute.
 *
 * @returns the providers with their secrets, not checked yet
 * @throws SettingsFileError, which names what is missing and never a value
 */
export function readProvidersFile(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): unknown {
  const providers = parseJson(readSettingsText(path));
  if (!Array.isArray(providers)) throw new SettingsFileError(`names ${path}, which is not a JSON array`);
  const resolved = (reference: unknown): unknown => {
    if (!isJsonObject(reference)) return reference;
    const { env, file, ...others } = reference;
    if (Object.keys(others).length > 0) return reference;
    if (typeof env === 'string' && file === undefined) return fromEnvironment(path, environment, env);
    if (typeof file === 'string' && env === undefined)
      return readSettingsText(resolve(dirname(path), file)).trim();
    return reference;
  };
  return providers.map((provider: unknown) =>
    isJsonObject(provider)
      ? Object.fromEntries(Object.entries(provider).map(([name, value]) => [name, resolved(value)]))
      : provider,
  );
}

function fromEnvironment(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): string {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new SettingsFileError(`names ${path}, which needs the variable ${name}, which is not set`);
}
