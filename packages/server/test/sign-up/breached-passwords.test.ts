import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';
import { createFileList, createRangeList } from '../../src/accounts/self-service/breached-passwords.js';
import { createOutbound } from '../../src/outbound/create-outbound.js';
import { createNameLookup } from '../../src/outbound/name-lookup.js';

const hashOf = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase();

/** A service for ranges of hashes, with what it was asked. */
async function startService(respond: (prefix: string) => { status: number; body: string }) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const prefix = request.url?.split('/').at(-1) ?? '';
    asked.push(prefix);
    const { status, body } = respond(prefix);
    response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  const failures: unknown[] = [];
  const outbound = createOutbound({
    allowedHosts: [`127.0.0.1:${port}`],
    lookup: createNameLookup({ servers: [] }),
  });
  const list = createRangeList(outbound, `http://127.0.0.1:${port}/range`, (error) => failures.push(error));
  return { asked, failures, list };
}

describe('a service for stolen passwords', () => {
  it('learns the first five characters of the hash, and no more', async () => {
    const { asked, list } = await startService(() => ({
      status: 200,
      body: `0018A45C4D1DEF81644B54AB7F969B88D65:3\r\n${hashOf('correct horse').slice(5)}:12\r\n`,
    }));
    expect(await list.has('correct horse')).toBe(true);
    expect(await list.has('battery staple')).toBe(false);
    expect(asked).toEqual([hashOf('correct horse').slice(0, 5), hashOf('battery staple').slice(0, 5)]);
  });

  it('may add padding, which is no stolen password', async () => {
    const { list } = await startService(() => ({
      status: 200,
      body: `${hashOf('correct horse').slice(5)}:0\r\n`,
    }));
    expect(await list.has('correct horse')).toBe(false);
  });

  it('does not keep users from choosing a password when it fails', async () => {
    const { list, failures } = await startService(() => ({ status: 503, body: '' }));
    expect(await list.has('correct horse')).toBe(false);
    expect(failures.map(String)).toEqual(['OutboundError: the service responded with 503']);
  });
});

describe('a file of stolen passwords', () => {
  it.each(['', ':7'])('has each of its hashes and no other, with the ending %j', async (ending) => {
    const stolen = Array.from({ length: 300 }, (_, index) => `password ${index}`);
    const path = `${await temporaryFolder()}/list.txt`;
    await writeFile(
      path,
      stolen
        .map((password) => hashOf(password) + ending)
        .toSorted()
        .join('\n'),
    );
    const list = createFileList(path, (error) => {
      throw error;
    });
    for (const password of stolen) expect([password, await list.has(password)]).toEqual([password, true]);
    for (let count = 0; count < 100; count += 1) {
      expect(await list.has(randomBytes(9).toString('base64'))).toBe(false);
    }
  });

  it('finds nothing in an empty file, and in none, which it reports', async () => {
    const path = `${await temporaryFolder()}/list.txt`;
    const failures: unknown[] = [];
    const list = createFileList(path, (error) => failures.push(error));
    expect(await list.has('password')).toBe(false);
    expect(failures).toHaveLength(1);
    await writeFile(path, '');
    expect(await list.has('password')).toBe(false);
    expect(failures).toHaveLength(1);
  });
});
