import { checkSettings } from './check-settings.js';
import { type Config, environmentVariables } from './config.js';
import { adviceFor } from './nearest-name.js';

/** Settings of the sockets of `grantor serve`. An application that embeds the server has its own sockets. */
const socketSettings = ['host', 'port', 'maxConnections', 'maxConnectionsPerAddress'] as const;

type SocketSetting = (typeof socketSettings)[number];
type NeededSetting = 'issuer' | 'databaseUrl' | 'secret';

/**
 * The settings of an embedded server: those of the environment variables by their names in TypeScript. A setting that is
 * left out has the same default as there.
 */
export type Settings = Pick<Config, NeededSetting> & {
  readonly [Name in Exclude<keyof Config, NeededSetting | SocketSetting>]?: Config[Name] | undefined;
};

const names = Object.keys(environmentVariables).filter(
  (name) => !(socketSettings as readonly string[]).includes(name),
);

/**
 * Checks the settings of an embedded server. It does not read the environment.
 *
 * @throws ConfigError naming every option that is missing, wrong or unknown, never its value
 */
export function readSettings(settings: Settings): Config {
  const unknown = Object.keys(settings)
    .filter((name) => !names.includes(name))
    .map((name) => `${name} is unknown. ${adviceFor(name, names)}`);
  return checkSettings(
    { ...settings },
    { nameOf: (setting) => setting, more: unknown, weakSecret: 'refuse' },
  );
}
