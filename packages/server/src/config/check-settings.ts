import { type Config, configSchema } from './config.js';
import { isPlainLdap } from './ldap-values.js';
import { secretProblem } from './secret-strength.js';

/** The configuration is invalid. Each line names a setting and its rule. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(['The configuration is invalid:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.name = 'ConfigError';
  }
}

/** Where settings come from. */
export interface SettingsSource {
  /** The name of a setting there, for error messages. */
  readonly nameOf: (setting: keyof Config) => string;
  /** Problems beyond those of values. */
  readonly more: readonly string[];
  /** Whether a secret that can be guessed is accepted. */
  readonly weakSecret: 'refuse' | 'accept';
}

/**
 * Checks the settings by the schema and by the rules for several of them together.
 *
 * @throws ConfigError naming every setting that is missing or wrong, never its value
 */
export function checkSettings(
  settings: Readonly<Record<string, unknown>>,
  { nameOf, more, weakSecret }: SettingsSource,
): Config {
  const result = configSchema.safeParse(settings);
  const problems = (result.error?.issues ?? []).map((issue) => {
    const name = String(issue.path[0]) as keyof Config;
    // Which provider, or which variable of the theme.
    const isNested = name === 'providers' || name === 'theme';
    const inside = isNested ? issue.path.slice(1).map((part) => `[${String(part)}]`) : [];
    const message = settings[name] === undefined ? 'is not set' : [...inside, issue.message].join(' ');
    return `${nameOf(name)} ${message}`;
  });
  const weakness = weakSecret === 'accept' || !result.success ? undefined : secretProblem(result.data.secret);
  if (weakness !== undefined) problems.push(`${nameOf('secret')} ${weakness}`);
  problems.push(...missingPartners(settings, nameOf), ...more);
  if (result.success && !result.data.signingAlgorithms.includes(result.data.idTokenAlgorithm)) {
    problems.push(
      `${nameOf('idTokenAlgorithm')} must be one of ${nameOf('signingAlgorithms')}: ` +
        result.data.signingAlgorithms.join(', '),
    );
  }
  const { ldapUrl, ldapStartTls, ldapAdminGroup, ldapGroupBaseDn } = result.data ?? {};
  if (ldapGroupBaseDn !== undefined && ldapUrl === undefined)
    problems.push(`${nameOf('ldapUrl')} is not set`);
  if (ldapUrl !== undefined && ldapStartTls !== undefined && isPlainLdap(ldapUrl, ldapStartTls)) {
    problems.push(`${nameOf('ldapStartTls')} must be on, or ${nameOf('ldapUrl')} begin with ldaps://`);
  }
  if (ldapAdminGroup !== undefined && ldapGroupBaseDn === undefined) {
    problems.push(`${nameOf('ldapGroupBaseDn')} is not set`);
  }
  if (result.success && problems.length === 0) return result.data;
  throw new ConfigError(problems);
}

/** Settings that need each other. One alone would be ignored silently. */
const pairs = [
  ['adminEmail', 'adminPassword'],
  ['smtpUrl', 'mailFrom'],
  ['ldapUrl', 'ldapBindDn'],
  ['ldapUrl', 'ldapBindPassword'],
  ['ldapUrl', 'ldapBaseDn'],
] as const;

function missingPartners(
  settings: Readonly<Record<string, unknown>>,
  nameOf: SettingsSource['nameOf'],
): string[] {
  const missing = pairs.flatMap((pair) => {
    const without = pair.filter((name) => settings[name] === undefined);
    return without.length === 1 ? without.map((name) => `${nameOf(name)} is not set`) : [];
  });
  return [...new Set(missing)];
}
