import { environmentVariables } from './config.js';
import { adviceFor } from './nearest-name.js';

const PREFIX = 'GRANTOR_';

/**
 * Variables that Kubernetes sets in every pod of a namespace with a service whose name begins with `grantor`, and Docker
 * for a linked container. The operator did not set them, so they are not mistakes.
 */
const SERVICE_LINK =
  /^GRANTOR_(?:\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)$/;
const SERVICE_PORT = /^(?:tcp|udp|sctp):\/\//;

/**
 * A line for each unknown `GRANTOR_*` variable. Otherwise a setting with a misspelt name would be ignored, and an
 * intended limit would not apply.
 *
 * @param environment of the process; empty variables count as not set
 * @returns lines that name the variable and the nearest known one, never a value
 */
export function unknownVariables(environment: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.values(environmentVariables);
  return Object.entries(environment)
    .filter(([name, value]) => name.startsWith(PREFIX) && value !== undefined && value !== '')
    .filter(([name]) => !known.includes(name))
    .filter(([name, value = '']) => !isServiceLink(name, value))
    .map(([name]) => `${name} is unknown. ${adviceFor(name, known, withoutPrefix)}`);
}

function isServiceLink(name: string, value: string): boolean {
  return SERVICE_LINK.test(name) || (name.endsWith('_PORT') && SERVICE_PORT.test(value));
}

function withoutPrefix(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}
