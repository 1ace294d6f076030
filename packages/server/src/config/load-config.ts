import { checkSettings } from './check-settings.js';
import { type Config, environmentVariables } from './config.js';
import { ProvidersFileError, readProvidersFile } from './providers-file.js';
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
  if (typeof settings.providers === 'string') {
    try {
      settings.providers = readProvidersFile(settings.providers, environment);
    } catch (error) {
      if (!(error instanceof ProvidersFileError)) throw error;
      more.push(`${environmentVariables.providers} ${error.message}`);
      settings.providers = [];
    }
  }
  return checkSettings(settings, {
    nameOf: (setting) => environmentVariables[setting],
    more,
    weakSecret,
  });
}
