import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { freePorts } from '../../kit/free-ports.js';
import { runGrantor } from '../../kit/grantor-process.js';
import { startServer, type TestServer } from '../../kit/servers.js';
import { temporaryFolder } from '../../kit/temporary-folder.js';
import { commandLine } from './support.js';

let grantor: TestServer;
beforeAll(async () => {
  grantor = await startServer({ settings: { compat: 'none' } });
});
afterAll(() => grantor.stop());
const { run } = commandLine(() => grantor);

describe('the key', () => {
  it('is read from a file with --key-file', async () => {
    const path = join(await temporaryFolder(), 'key');
    await writeFile(path, `${grantor.apiKey}\n`);
    const args = ['clients', 'list', '--url', grantor.issuer, '--key-file', path];
    expect(await runGrantor(args, { GRANTOR_API_KEY: 'wrong' })).toMatchObject({ code: 0 });
    const missing = await runGrantor([...args, '--key-file', `${path}.missing`]);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('The key file cannot be read');
  });

  it('is never an argument, which other users of the machine could read', async () => {
    const { stdout } = await run('clients', 'list', '--help');
    expect(stdout).not.toMatch(/--(?:api-)?key\b(?!-file)/);
  });

  it('that is missing is named, and an invalid one is not repeated', async () => {
    const none = await runGrantor(['clients', 'list', '--url', grantor.issuer]);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr).toContain('GRANTOR_API_KEY');
    for (const key of ['hunter2', 'hunter2\nx-other: header', 'hünter2']) {
      const { code, stderr } = await runGrantor(['clients', 'list', '--url', grantor.issuer], {
        GRANTOR_API_KEY: key,
      });
      expect(code).toBe(1);
      expect(stderr).not.toMatch(/h[uü]nter2|\n\s+at /);
    }
  });

  it('is sent by plain http to this machine only', async () => {
    const { code, stderr } = await runGrantor(['clients', 'list', '--url', 'http://login.example.com'], {
      GRANTOR_API_KEY: grantor.apiKey,
    });
    expect([code, stderr]).toEqual([
      1,
      'The key would be sent unencrypted. Use https for a server that is not on this machine.\n',
    ]);
  });

  it('is not sent to the target of a redirect', async () => {
    const seen: (string | undefined)[] = [];
    const thief = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{"data":[]}');
    });
    const liar = createServer((_request, response) => {
      response
        .writeHead(307, { location: `http://localhost:${(thief.address() as AddressInfo).port}/` })
        .end();
    });
    for (const server of [thief, liar]) {
      await new Promise<void>((resolve) => void server.listen(0, 'localhost', resolve));
      onTestFinished(() => void server.close());
    }
    const url = `http://localhost:${(liar.address() as AddressInfo).port}`;
    const ended = await runGrantor(['clients', 'list', '--url', url], { GRANTOR_API_KEY: grantor.apiKey });
    expect(ended.stderr).toContain(
      `The server at ${url} is not a Grantor management API: its response was 307`,
    );
    expect([ended.code, seen]).toEqual([1, []]);
  });
});

describe('a server that cannot be reached', () => {
  const ask = (url: string) =>
    runGrantor(['clients', 'list', '--url', url], { GRANTOR_API_KEY: grantor.apiKey });

  it('is reported in a sentence: it does not listen', async () => {
    const [port] = await freePorts(1);
    const { code, stderr } = await ask(`http://localhost:${port}`);
    expect([code, stderr]).toEqual([
      1,
      `http://localhost:${port} does not accept connections. Start the server, or check --url or GRANTOR_ISSUER.\n`,
    ]);
  });

  it.each(['localhost:8888', 'ftp://localhost', 'https://user:hunter2@localhost', ''])(
    'is reported in a sentence: %j is not a valid value',
    async (url) => {
      const { code, stderr } = await ask(url);
      expect(code).toBe(1);
      expect(stderr).toMatch(/http or https URL|does not accept connections|401/);
      expect(stderr).not.toMatch(/hunter2|\n\s+at /);
    },
  );

  it('is reported in a sentence: it is another program', async () => {
    const other = createServer((_request, response) => void response.end('<h1>It works</h1>'));
    await new Promise<void>((resolve) => void other.listen(0, 'localhost', resolve));
    onTestFinished(() => void other.close());
    const { code, stderr } = await ask(`http://localhost:${(other.address() as AddressInfo).port}`);
    expect(code).toBe(1);
    expect(stderr).toContain('is not a Grantor management API');
  });
});

it('prints names without control characters', async () => {
  const hostile = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ data: [{ name: 'a\u001b]0;owned\u0007b\u202ec', client_id: 'x' }] }));
  });
  await new Promise<void>((resolve) => void hostile.listen(0, 'localhost', resolve));
  onTestFinished(() => void hostile.close());
  const url = `http://localhost:${(hostile.address() as AddressInfo).port}`;
  const { stdout } = await runGrantor(['clients', 'list', '--url', url], { GRANTOR_API_KEY: grantor.apiKey });
  expect(stdout).toContain('a\u{fffd}]0;owned\u{fffd}b\u{fffd}c');
});
