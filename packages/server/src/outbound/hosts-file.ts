import type { LookupAddress } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';

/**
 * Finds a name in a hosts file (hosts(5)): DNS queries do not look there. The file is read for each lookup, so that
 * a change takes effect at once.
 *
 * @param path a file that is missing or cannot be read has no names
 */
export async function readHostsFile(path: string, hostname: string): Promise<readonly LookupAddress[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const wanted = hostname.toLowerCase();
  return text.split('\n').flatMap((line) => {
    const [content = ''] = line.split('#', 1);
    const [address = '', ...names] = content.trim().split(/\s+/);
    const family = isIP(address);
    return family !== 0 && names.some((name) => name.toLowerCase() === wanted) ? [{ address, family }] : [];
  });
}
