import { describe, expect, it, onTestFinished } from 'vitest';
import { onFreePorts, runGrantor, TestProcess } from '../kit/grantor-process.js';
import { temporaryFolder } from '../kit/temporary-folder.js';

const before = 'Rk3Wz8Qp1Xv6Tn0Lb5Jd9Hs2Gf7Mc4Ya';
const after = 'Ve7Bq2Nw9Ks4Zt1Xf6Pj0Rm5Hd8Lc3Gy';

/** The settings of a server that has run and stopped, so that there are keys. */
async function stoppedServer(): Promise<{ readonly data: string; readonly env: Record<string, string> }> {
  const data = await temporaryFolder();
  const env = await onFreePorts(1, async ([port]) => {
    const settings = { PORT: `${port}`, GRANTOR_SECRET: before };
    const server = TestProcess.grantor(['serve', '--data', data], settings);
    onTestFinished(async () => void (await server.stop()));
    await server.untilPrinted(/"listening"/);
    await server.stop();
    return settings;
  });
  return { data, env };
}

// Each of the processes that a test starts stretches the secret, which takes a second or two of a busy machine.
describe('grantor signing-keys', { timeout: 120_000 }, () => {
  it('prints the keys as a table and as JSON', async () => {
    const { data, env } = await stoppedServer();
    const table = await runGrantor(['signing-keys', 'list', '--data', data], env);
    expect(table).toMatchObject({ code: 0, stderr: '' });
    const [head, ...rows] = table.stdout.trim().split('\n');
    expect(head).toMatch(/^ALGORITHM +STATE +PUBLISHED +UNTIL +KID$/);
    expect(rows).toHaveLength(4);
    expect(rows[0]).toMatch(/^ES256 +signing +\d{4}-\d\d-\d\d \d\d:\d\d UTC +- +[\w-]{43}$/);

    const json = await runGrantor(['signing-keys', 'list', '--data', data, '--json'], env);
    const listed = JSON.parse(json.stdout) as { algorithm: string; state: string }[];
    expect(listed.map(({ algorithm, state }) => [algorithm, state])).toEqual(
      ['ES256', 'RS256', 'PS256', 'EdDSA'].map((algorithm) => [algorithm, 'signing']),
    );
    for (const { stdout } of [table, json]) expect(stdout).not.toMatch(/"d"|sealed|secret/i);
  });

  it('rotates when every client can know the next key, and at once with --now', async () => {
    const { data, env } = await stoppedServer();
    const rotated = await runGrantor(['signing-keys', 'rotate', '--data', data, '--json'], env);
    expect(rotated).toMatchObject({ code: 0, stderr: '' });
    const now = Math.floor(Date.now() / 1000);
    const waiting = JSON.parse(rotated.stdout) as { signsFrom: number; kid: string }[];
    for (const { signsFrom } of waiting) expect(signsFrom).toBeGreaterThan(now + 300);
    const again = await runGrantor(['signing-keys', 'rotate', '--data', data], env);
    expect(again.stdout).toMatch(/^ES256 +from \d{4}/m);

    const replaced = await runGrantor(['signing-keys', 'rotate', '--now', '--data', data], env);
    expect(replaced.stdout).toMatch(/^ES256 +now /m);
    const listed = await runGrantor(['signing-keys', 'list', '--data', data, '--json'], env);
    const kids = (JSON.parse(listed.stdout) as { kid: string }[]).map(({ kid }) => kid);
    expect(kids.filter((kid) => waiting.some((key) => key.kid === kid))).toEqual([]);
  });

  it('encrypts everything with the new secret, and fails if neither secret decrypts it', async () => {
    const { data, env } = await stoppedServer();
    const lost = await runGrantor(['signing-keys', 'reencrypt', '--data', data], {
      ...env,
      GRANTOR_SECRET: after,
    });
    expect(lost.code).toBe(1);
    expect(lost.stdout).toContain('4 cannot be decrypted with either secret');
    const both = { ...env, GRANTOR_SECRET: after, GRANTOR_SECRET_PREVIOUS: before };
    const done = await runGrantor(['signing-keys', 'reencrypt', '--data', data, '--json'], both);
    expect(JSON.parse(done.stdout)).toEqual({ current: 0, resealed: 4, lost: 0 });
    for (const { stdout, stderr } of [lost, done]) {
      expect(stdout + stderr).not.toContain(before);
      expect(stdout + stderr).not.toContain(after);
    }
  });

  it('says what to do without keys, and names a wrong option', async () => {
    const data = await temporaryFolder();
    const none = await runGrantor(['signing-keys', 'list', '--data', data]);
    expect(none).toMatchObject({ code: 1, stdout: '' });
    expect(none.stderr.trim()).toBe('There are no keys yet. grantor serve creates them at its first start.');
    const wrong = await runGrantor(['signing-keys', 'rotate', '--soon', '--data', data]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('--soon');
  });

  it.each([
    [{ GRANTOR_KEY_ROTATION_SECONDS: '3600' }, 'GRANTOR_KEY_ROTATION_SECONDS must be 0, or at least 86400'],
    [{ GRANTOR_KEY_ROTATION_SECONDS: '-1' }, 'GRANTOR_KEY_ROTATION_SECONDS must be a whole number'],
    [{ GRANTOR_KEY_ROTATION_SECONDS: 'never' }, 'GRANTOR_KEY_ROTATION_SECONDS must be a whole number'],
    [{ GRANTOR_SECRET_PREVIOUS: 'short' }, 'GRANTOR_SECRET_PREVIOUS must have at least 32 characters'],
    [{ GRANTOR_ISSUER: 'https://login.example.com/auth/' }, 'GRANTOR_ISSUER must not end with a slash'],
    [{ GRANTOR_ISSUER: 'https://login.example.com//auth' }, 'GRANTOR_ISSUER must have a plain path'],
    [{ GRANTOR_ISSUER: 'https://login.example.com/a/../b' }, 'GRANTOR_ISSUER must have a plain path'],
    [{ GRANTOR_ISSUER: 'https://login.example.com/:tenant' }, 'GRANTOR_ISSUER must have a plain path'],
    [{ GRANTOR_ISSUER: 'https://login.example.com/a%2fb' }, 'GRANTOR_ISSUER must have a plain path'],
    [{ GRANTOR_ISSUER: 'https://login.example.com/a;b' }, 'GRANTOR_ISSUER must have a plain path'],
  ])('refuses invalid settings: %j', async (env, problem) => {
    const data = await temporaryFolder();
    const ended = await runGrantor(['signing-keys', 'list', '--data', data], env);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(problem);
  });
});
