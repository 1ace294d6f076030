import { checkSettings } from './check-settings.js';
import { type Config, environmentVariables } from './config.js';
import { readProvidersFile } from './providers-file.js';
import { readSettingsJson, SettingsFileError } from './settings-file.js';
import { unknownVariables } from './unknown-variables.js';

/**
 * Reads the configuration from environment variables.
 *
 * @param environment of the process; an empty variable counts as not set
 * @param defaults values for variables that are not set
 * @param weakSecret whether a secret that can be guessed is accepted, as in `grantor dev`
 * @throws ConfigError naming every variable that is missing, wrong or unknown, never its value
 */
export function loadConfig(
  environment: Readonly<Record<string, string | undefined>>,
  defaults: Partial<Config> = {},
  weakSecret: 'refuse' | 'accept' = 'refuse',
): Config {
  const settings: Record<string, unknown> = { ...defaults };
  for (const [name, variable] of Object.entries(environmentVariables)) {
    const value = environment[variable];
    if (value !== undefined && value !== '') settings[name] = value;
  }
  const more = unknownVariables(environment);
  /** A setting whose value is in a file. */
  const fromFile = (name: 'providers' | 'theme', read: (path: string) => unknown) => {
    const path = settings[name];
    if (typeof path !== 'string') return;
    delete settings[name];
    try {
      settings[name] = read(path);
    } catch (error) {
      if (!(error instanceof SettingsFileError)) throw error;
      more.push(`${environmentVariables[name]} ${error.message}`);
    }
  };
  fromFile('providers', (path) => readProvidersFile(path, environment));
  fromFile('theme', readSettingsJson);
  return checkSettings(settings, {
    nameOf: (setting) => environmentVariables[setting],
    more,
    weakSecret,
  });
}
