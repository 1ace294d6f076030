import { describe, expect, it, onTestFinished } from 'vitest';
import { onFreePorts, runGrantor, TestProcess } from '../kit/grantor-process.js';
import { temporaryFolder } from '../kit/temporary-folder.js';

describe('grantor registration-tokens', () => {
  it('creates a token with which apps can register up to the limit of its uses', async () => {
    const data = await temporaryFolder();
    const issuer = await onFreePorts(1, async ([port]) => {
      const server = TestProcess.grantor(['serve', '--data', data], {
        PORT: `${port}`,
        GRANTOR_REGISTRATION: 'token',
      });
      onTestFinished(async () => void (await server.stop()));
      await server.untilPrinted(/"listening"/);
      return `http://localhost:${port}`;
    });
    const made = await runGrantor(['registration-tokens', 'create', '--uses', '1', '--data', data]);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const register = () =>
      fetch(`${issuer}/oauth2/register`, {
        method: 'POST',
        headers: { authorization: `Bearer ${made.stdout.trim()}`, 'content-type': 'application/json' },
        body: '{"redirect_uris":["https://app.example/callback"]}',
      });
    expect((await register()).status).toBe(201);
    expect((await register()).status).toBe(401);
  });

  it('lists tokens as a table and as JSON, never the tokens themselves, and revokes them', async () => {
    const data = await temporaryFolder();
    const run = (...args: string[]) => runGrantor(['registration-tokens', ...args, '--data', data]);
    const made = await run('create', '--name', 'For CI', '--expires-in', '60', '--json');
    const { token, id } = JSON.parse(made.stdout) as { token: string; id: string };
    const [table, json] = [await run('list'), await run('list', '--json')];
    expect(table.stdout).toMatch(/^NAME +USES LEFT +EXPIRES +ID\nFor CI +- +\d{4}-\d\d-\d\d/);
    expect(JSON.parse(json.stdout)).toMatchObject([{ id, name: 'For CI', uses_left: null }]);
    for (const { stdout } of [table, json]) expect(stdout).not.toContain(token);

    expect(await run('delete', id)).toMatchObject({ code: 0, stdout: 'deleted\n' });
    expect(await run('delete', id)).toMatchObject({ code: 4, stdout: 'missing\n' });
    expect((await run('list', '--json')).stdout).toBe('[]\n');
  });

  it.each([
    ['--uses', '0'],
    ['--uses', 'many'],
    ['--expires-in', '-5'],
    ['--name', ''],
  ])('refuses %s %j in one line', async (option, value) => {
    const refused = await runGrantor(['registration-tokens', 'create', `${option}=${value}`]);
    expect(refused.code).toBe(2);
    expect(refused.stdout).toBe('');
    expect(refused.stderr).toContain(option);
    expect(refused.stderr).not.toMatch(/\n\s+at /);
  });
});
