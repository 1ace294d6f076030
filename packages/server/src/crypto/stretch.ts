import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** Turns the deployment's secret into 32 bytes at a cost that each guess has to pay as well. */
export type Stretch = (secret: string) => Promise<Buffer>;

/** The cost of scrypt (RFC 7914 §2): 128 MiB and about half a second of one core. */
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

/** The same in every deployment: a salt in the database could not be read by commands that have no database. */
const SALT = 'grantor deployment secret 1';

const scryptInThreadPool = promisify<string, string, number, typeof COST, Buffer>(scrypt);

/** Stretches with scrypt. It is done once for each secret when a process starts. */
export const stretchSecret: Stretch = (secret) => scryptInThreadPool(secret, SALT, 32, COST);

/** Remembers what was stretched, for a process that needs the keys of one secret more than once. */
export function rememberStretched(stretch: Stretch): Stretch {
  const stretched = new Map<string, Promise<Buffer>>();
  return (secret) => {
    const known = stretched.get(secret) ?? stretch(secret);
    stretched.set(secret, known);
    return known;
  };
}
