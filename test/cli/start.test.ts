import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePorts, hasIPv6 } from '../kit/free-ports.js';
import {
  type EndedProcess,
  grantorBin,
  runGrantor,
  startServe,
  TestProcess,
} from '../kit/grantor-process.js';
import { temporaryFolder } from '../kit/temporary-folder.js';

const manifest = JSON.parse(
  readFileSync(new URL('../../packages/server/package.json', import.meta.url), 'utf8'),
) as { version: string };

/** Refused in words: no stack, nothing on standard output, exit code 1, or 2 for what was typed wrong. */
function expectPlainRefusal({ code, stdout, stderr }: EndedProcess, expected = 1): void {
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain('node:internal');
  expect([code, stdout]).toEqual([expected, '']);
}

async function oneLine(ended: Promise<EndedProcess>): Promise<string> {
  const result = await ended;
  expectPlainRefusal(result);
  const lines = result.stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('the grantor command', () => {
  it('lists its commands with --help, and their options', async () => {
    const general = await runGrantor(['--help']);
    expect(general.code).toBe(0);
    expect(general.stdout).toMatch(/^ {2}serve /m);
    expect(general.stdout).toMatch(/^ {2}dev /m);
    const [serve, dev] = await Promise.all([runGrantor(['serve', '--help']), runGrantor(['dev', '--help'])]);
    for (const variable of ['GRANTOR_ISSUER', 'GRANTOR_DATABASE_URL', 'GRANTOR_SECRET', 'HOST', 'PORT']) {
      expect(serve.stdout).toContain(variable);
    }
    for (const option of ['--data', '--app-port', '--api-port', '--json'])
      expect(dev.stdout).toContain(option);
    expect([serve.code, dev.code]).toEqual([0, 0]);
  });

  it('says its version', async () => {
    expect(await runGrantor(['--version'])).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
  });

  it.each([
    [['swerve'], "unknown command 'swerve'"],
    [['serve', '--prot', '1'], "unknown option '--prot'"],
    [['dev', '--app-port', 'abc'], "'abc' is invalid"],
    [['dev', '--api-port', '65536'], "'65536' is invalid"],
  ])('reports what is wrong with %j and where help is', async (args, words) => {
    const ended = await runGrantor(args);
    expectPlainRefusal(ended, 2);
    expect(ended.stderr).toContain(words);
    expect(ended.stderr).toContain('--help');
  });

  it('shows its help without arguments', async () => {
    const ended = await runGrantor([]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^ {2}serve /m);
  });
});

describe('on a version of Node.js that is too old', () => {
  const words = /^Grantor needs Node\.js 22\.18 or newer; this is v(\d+)\.(\d+)\.\d+\.$/;

  it('names the required version in one line and exits with 1', async () => {
    const line = await oneLine(startOnOldNode().ended());
    expect(line).toMatch(words);
    const [, major, minor] = words.exec(line) ?? [];
    expect(Number(major) * 1000 + Number(minor)).toBeLessThan(22_018);
  });
});

describe('a port in use', () => {
  it('is reported in one line', async () => {
    const port = await occupy('127.0.0.1');
    const line = await oneLine(runGrantor(['serve', '--data', await temporaryFolder()], { PORT: `${port}` }));
    expect(line).toBe(
      `Port ${port} is in use. Stop the program that uses it, or set another port with PORT.`,
    );
  });

  it('is also reported if only the other address of localhost uses it, where browsers may connect', async () => {
    if (!(await hasIPv6())) {
      // Without IPv6 there is no other address to test.
      const { process, port } = await startServe({}, await temporaryFolder());
      expect((await fetch(`http://localhost:${port}/health`)).status).toBe(200);
      await process.stop();
      return;
    }
    const port = await occupy('::1');
    const line = await oneLine(runGrantor(['serve', '--data', await temporaryFolder()], { PORT: `${port}` }));
    expect(line).toBe(
      `Port ${port} is in use. Stop the program that uses it, or set another port with PORT.`,
    );
  });

  it.each(['--app-port', '--api-port'])('of the demo is reported with its option %s', async (option) => {
    const taken = await occupy('127.0.0.1');
    const [port, other] = await freePorts(2);
    const rest = option === '--app-port' ? '--api-port' : '--app-port';
    const args = ['dev', '--data', await temporaryFolder(), option, `${taken}`, rest, `${other}`];
    const line = await oneLine(runGrantor(args, { PORT: `${port}` }));
    expect(line).toBe(
      `Port ${taken} is in use. Stop the program that uses it, or set another port with ${option}.`,
    );
  });

  it('is not mistaken for a host that this machine does not have', async () => {
    // RFC 5737 §3: an address for documentation, which no machine has.
    const line = await oneLine(
      runGrantor(['serve', '--data', await temporaryFolder()], { HOST: '192.0.2.1', PORT: '18888' }),
    );
    expect(line).toContain('HOST');
  });
});

function isOld(path: string): boolean {
  const [major = 0, minor = 0] = execFileSync(path, ['--version'], { encoding: 'utf8' })
    .slice(1)
    .split('.')
    .map(Number);
  return major < 22 || (major === 22 && minor < 18);
}

/** Listens on a port of the system's choice until the test has finished. */
async function occupy(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

/** A real one where the machine has it; else this one, which says that it is old. */
function startOnOldNode(): TestProcess {
  const real = ['/usr/bin/node', '/usr/local/bin/node'].filter((path) => existsSync(path)).find(isOld);
  if (real !== undefined) return new TestProcess(real, [grantorBin, 'serve']);
  const version = "Object.defineProperty(process.versions, 'node', { value: '20.19.0' });";
  const preload = `${version} Object.defineProperty(process, 'version', { value: 'v20.19.0' });`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(preload)}`, grantorBin, 'serve'];
  return new TestProcess(process.execPath, args);
}
