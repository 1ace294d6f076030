import { type Config, configSchema, environmentVariables } from './config.js';
import { secretProblem } from './secret-strength.js';
import { unknownVariables } from './unknown-variables.js';

/** The configuration is invalid. Each line names a setting and its rule. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['The configuration is invalid:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.name = 'ConfigError';
  }
}

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
  const result = configSchema.safeParse(settings);
  const problems = (result.error?.issues ?? []).map((issue) => {
    const name = String(issue.path[0]) as keyof Config;
    const message = settings[name] === undefined ? 'is not set' : issue.message;
    return `${environmentVariables[name]} ${message}`;
  });
  const weakness = weakSecret === 'accept' || !result.success ? undefined : secretProblem(result.data.secret);
  if (weakness !== undefined) problems.push(`${environmentVariables.secret} ${weakness}`);
  problems.push(...missingPartners(settings), ...unknownVariables(environment));
  if (result.success && !result.data.signingAlgorithms.includes(result.data.idTokenAlgorithm)) {
    problems.push(
      `${environmentVariables.idTokenAlgorithm} must be one of ${environmentVariables.signingAlgorithms}: ` +
        result.data.signingAlgorithms.join(', '),
    );
  }
  if (result.success && problems.length === 0) return result.data;
  throw new ConfigError(problems);
}

/** An administrator needs both variables. One alone would be ignored silently. */
function missingPartners(settings: Readonly<Record<string, unknown>>): string[] {
  const pair = ['adminEmail', 'adminPassword'] as const;
  const missing = pair.filter((name) => settings[name] === undefined);
  return missing.length === 1 ? missing.map((name) => `${environmentVariables[name]} is not set`) : [];
}
