import { scrypt } from 'node:crypto';
import { promisify } from 'node:util';

/** Derives 32 bytes from the deployment's secret, slowly, so that guessing the secret is slow too. */
export type Stretch = (secret: string) => Promise<Buffer>;

/** The cost of scrypt (RFC 7914 §2): 128 MiB and about 0.3 seconds of one core. */
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };

/** The same in every deployment: commands without a database could not read a salt in it. */
const SALT = 'grantor deployment secret 1';

const scryptInThreadPool = promisify<string, string, number, typeof COST, Buffer>(scrypt);

/** Stretches with scrypt. It is done once for each secret when a process starts. */
export const stretchSecret: Stretch = (secret) => scryptInThreadPool(secret, SALT, 32, COST);

/** Caches the results, for a process that needs the keys of one secret more than once. */
export function rememberStretched(stretch: Stretch): Stretch {
  const stretched = new Map<string, Promise<Buffer>>();
  return (secret) => {
    const known = stretched.get(secret) ?? stretch(secret);
    stretched.set(secret, known);
    return known;
  };
}
