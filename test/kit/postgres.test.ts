import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

function run(afterwards: string) {
  const script = `
    import { startPostgres } from ${JSON.stringify(here('postgres.ts'))};
    const server = await startPostgres();
    console.log(await server.createDatabase());
    ${afterwards}
  `;
  const args = ['--import', here('run-sources.mjs'), '--input-type=module', '--eval', script];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, stderr, port: Number(new URL(stdout.trim()).port) };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

it('keeps the exit code of a process that used PostgreSQL', () => {
  expect(run('await server.stop(); process.exitCode = 3;')).toMatchObject({ status: 3, stderr: '' });
});

it('leaves no server behind when a process ends without stopping it', async () => {
  const { status, port } = run('process.exit(4);');
  expect(status).toBe(4);
  await expect.poll(() => isListening(port), { timeout: 10_000 }).toBe(false);
});
