import { environmentVariables } from './config.js';

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
    .map(([name]) => `${name} is unknown. ${advice(name, known)}`);
}

function isServiceLink(name: string, value: string): boolean {
  return SERVICE_LINK.test(name) || (name.endsWith('_PORT') && SERVICE_PORT.test(value));
}

function advice(name: string, known: readonly string[]): string {
  const own = withoutPrefix(name);
  const [nearest] = known
    .map((other) => ({ other, distance: distanceBetween(own, withoutPrefix(other)) }))
    .toSorted((a, b) => a.distance - b.distance);
  if (nearest === undefined || nearest.distance > own.length / 2) return 'Remove it.';
  return `Did you mean ${nearest.other}?`;
}

function withoutPrefix(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}

/** The edit distance: the number of inserted, deleted or replaced characters between two names. */
function distanceBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
