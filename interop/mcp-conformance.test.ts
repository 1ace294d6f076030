import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser } from '../test/kit/browser.js';
import { onFreePorts } from '../test/kit/grantor-process.js';
import { startServer, type TestServer } from '../test/kit/servers.js';

/**
 * What the tool checks of an authorization server, scenario by scenario. A warning is a recommendation that is
 * not followed, with the reason.
 */
const scenarios: Readonly<Record<string, readonly (readonly [id: string, status: string, what: string])[]>> =
  {
    'authorization-server-metadata-endpoint': [
      ['authorization-server-metadata', 'SUCCESS', 'metadata where the issuer says (RFC 8414 §3)'],
      [
        'authorization-server-metadata-cimd',
        'WARNING',
        'does not apply yet, since client metadata documents are not supported, and nothing says they are',
      ],
    ],
    'authorization-code-grant': [
      ['authorization-code-grant', 'SUCCESS', 'code and PKCE, by an app that has registered itself'],
    ],
  } as const satisfies Readonly<
    Record<string, readonly (readonly [id: string, status: string, what: string])[]>
  >;

const resource = 'https://mcp.example.com/mcp';

/** The program that the package installs, whose only export is that program. */
const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/conformance/package.json');
const program = join(dirname(manifest), 'dist', 'index.js');

interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

it('has every scenario of the tool for authorization servers', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'list', '--authorization']);
  const listed = [...stdout.matchAll(/^ +- (\S+)/gm)].map(([, name]) => name);
  expect(new Set(listed)).toEqual(new Set(Object.keys(scenarios)));
});

describe.each([
  ['an issuer without a path', ''],
  ['an issuer with a path', '/tenants/ada'],
])('@modelcontextprotocol/conformance, authorization, against %s', (_, path) => {
  let folder: string;
  let grantor: TestServer;
  let checks: Readonly<Record<string, readonly Check[]>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grantor-interop-mcp-'));
    grantor = await startServer({ path, settings: { registration: 'open', resources: [resource] } });
    checks = await onFreePorts(1, ([port = 0]) => runTool(grantor, folder, port));
  });
  afterAll(async () => {
    await grantor.stop();
    await rm(folder, { recursive: true, force: true });
  });

  for (const [scenario, expected] of Object.entries(scenarios)) {
    it(`${scenario} has the checks that are judged here, and no others`, () => {
      expect(checks[scenario]?.map(({ id }) => id)).toEqual(expected.map(([id]) => id));
    });
    it.each(expected)(`${scenario}: %s is %s: %s`, (id, status) => {
      const check = checks[scenario]?.find((one) => one.id === id);
      expect(check?.status, check?.errorMessage).toBe(status);
    });
  }
});

/**
 * Runs all scenarios, with a browser if the tool needs one, and reads its results.
 *
 * @param port of the tool's callback
 */
async function runTool(
  grantor: TestServer,
  folder: string,
  port: number,
): Promise<Readonly<Record<string, readonly Check[]>>> {
  const response = await fetch(`${grantor.issuer}/oauth2/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Conformance',
      redirect_uris: [`http://127.0.0.1:${port}/callback`],
      token_endpoint_auth_method: 'none',
    }),
  });
  const { client_id } = (await response.json()) as { client_id: string };
  const args = ['authorization', '--url', grantor.issuer, '--client-id', client_id, '--port', `${port}`];
  const tool = spawn(process.execPath, [program, ...args, '--resource', resource, '--output-dir', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 60_000,
  });
  const ended = once(tool, 'close');
  const lines: string[] = [];
  try {
    for await (const line of createInterface({ input: tool.stdout })) {
      lines.push(line);
      if (!line.startsWith(`${grantor.issuer}/`)) continue;
      await fetch(await connect(new HttpBrowser(), line, grantor.user));
    }
  } finally {
    tool.kill();
    await ended;
  }
  // Its folders are named after the scenario and the time; the newest counts.
  const results = (await readdir(folder)).toSorted((one, other) => other.localeCompare(one));
  const found = Object.keys(scenarios).map(async (scenario) => {
    const name = results.find((result) => result.includes(scenario));
    if (name === undefined) throw new Error(`no result of ${scenario}: ${lines.join('\n')}`);
    const text = await readFile(join(folder, name, 'checks.json'), 'utf8');
    // Another process took the port of its callback first, which it reports as a failed check.
    if (text.includes('EADDRINUSE')) throw new Error(`port ${port} is in use`);
    return [scenario, JSON.parse(text) as Check[]] as const;
  });
  return Object.fromEntries(await Promise.all(found));
}
