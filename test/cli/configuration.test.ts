import { globSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unknownVariables } from '../../packages/server/src/config/unknown-variables.js';
import { freePorts } from '../kit/free-ports.js';
import { runGrantor, startServe } from '../kit/grantor-process.js';
import { temporaryFolder } from '../kit/temporary-folder.js';

const SECRET = 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi';

/** Starts `serve` where nothing may be left behind, and returns what it says. */
async function refusal(env: Readonly<Record<string, string>>): Promise<string> {
  const { code, stdout, stderr } = await runGrantor(['serve'], env, await temporaryFolder());
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).not.toMatch(/^\s+at /m);
  return stderr;
}

/** The variables that the lines of a refusal begin with. */
const namedIn = (stderr: string) => [...stderr.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name).toSorted();

describe('a wrong configuration', () => {
  it('is reported at once, with the name of each variable and without values', async () => {
    const wrong = {
      GRANTOR_ISSUER: 'http://login.example.com',
      GRANTOR_DATABASE_URL: 'mysql://root:hunter2-db@localhost/grantor',
      GRANTOR_SECRET: 'hunter2-secret',
      GRANTOR_API_KEY: 'hunter2-key',
      GRANTOR_ADMIN_EMAIL: 'hunter2-mail',
      GRANTOR_ADMIN_PASSWORD: 'hunter2',
      GRANTOR_LOG_LEVEL: 'hunter2-level',
      GRANTOR_CODE_SECONDS: '601',
      GRANTOR_CONFIRM_UNREVIEWED_REDIRECTS: 'hunter2',
      GRANTOR_MAX_CONNECTIONS: '9',
      GRANTOR_MAX_CONNECTIONS_PER_ADDRESS: 'hunter2',
      GRANTOR_REFRESH_RETRY_SECONDS: '-1',
      PORT: 'hunter2-port',
    };
    const stderr = await refusal(wrong);
    expect(namedIn(stderr)).toEqual(Object.keys(wrong).toSorted());
    expect(stderr).not.toContain('hunter2');
    expect(stderr).not.toContain('login.example.com');
  });

  it.each([
    'http://login.example.com',
    'https://login.example.com/',
    'https://login.example.com/tenant/',
    'https://login.example.com?a=b',
    'https://user@login.example.com',
    'login.example.com',
  ])('with the issuer %s is refused (RFC 8414 §2)', async (issuer) => {
    expect(namedIn(await refusal({ GRANTOR_ISSUER: issuer, GRANTOR_SECRET: SECRET }))).toEqual([
      'GRANTOR_ISSUER',
    ]);
  });

  it.each(['0', '65536', '-1', '80.5', '1e3', '0x50', ' 80'])(
    'with the port "%s" is refused',
    async (PORT) => {
      expect(namedIn(await refusal({ PORT }))).toEqual(['PORT']);
    },
  );

  it.each(['sqlite:', 'file.db', 'postgres://user:hunter2@[nowhere/grantor'])(
    'with the database %s is refused, and leaves no file behind',
    async (url) => {
      const folder = await temporaryFolder();
      const env = { GRANTOR_DATABASE_URL: url, GRANTOR_SECRET: SECRET };
      const { code, stderr } = await runGrantor(['serve'], env, folder);
      expect([code, namedIn(stderr)]).toEqual([1, ['GRANTOR_DATABASE_URL']]);
      expect(stderr).not.toContain('hunter2');
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('with PostgreSQL and no secret is refused, since every process needs the same one', async () => {
    const stderr = await refusal({ GRANTOR_DATABASE_URL: 'postgres://user:hunter2@localhost/grantor' });
    expect(stderr).toContain('GRANTOR_SECRET is not set');
    expect(stderr).not.toContain('hunter2');
  });

  it.each([
    ['GRANTOR_ADMIN_EMAIL', 'root@example.com', 'GRANTOR_ADMIN_PASSWORD'],
    ['GRANTOR_ADMIN_PASSWORD', 'a password for tests', 'GRANTOR_ADMIN_EMAIL'],
  ])('with only %s asks for the other part', async (name, value, other) => {
    const stderr = await refusal({ [name]: value, GRANTOR_SECRET: SECRET });
    expect(stderr).toContain(`${other} is not set`);
    expect(stderr).not.toContain(value);
  });
});

describe('an unknown GRANTOR_ variable', () => {
  it.each([
    ['serve', ['serve']],
    ['dev', ['dev']],
    ['accounts', ['accounts', 'list']],
    ['signing-keys', ['signing-keys', 'list']],
    ['registration-tokens', ['registration-tokens', 'list']],
    ['clients', ['clients', 'list']],
  ])('stops grantor %s, which names the nearest known variable and no value', async (_name, args) => {
    const folder = await temporaryFolder();
    const env = { GRANTOR_SECRETS: 'hunter2', GRANTOR_API_KEY: 'test-key-with-more-than-20-characters' };
    const { code, stdout, stderr } = await runGrantor(args, env, folder);
    expect([code === 0, stdout]).toEqual([false, '']);
    expect(stderr).toContain('GRANTOR_SECRETS is unknown. Did you mean GRANTOR_SECRET?');
    expect(stderr).not.toContain('hunter2');
  });

  it.each([
    ['GRANTOR_REGISTRATION_PER_HOUR', 'Did you mean GRANTOR_REGISTRATIONS_PER_HOUR?'],
    ['GRANTOR_PORT', 'Did you mean PORT?'],
    ['GRANTOR_DEVELOPER', 'Did you mean GRANTOR_DEVELOPERS?'],
    ['GRANTOR_XYZZY_QUUX', 'Remove it.'],
  ])('%s is refused with: %s', (name, advice) => {
    expect(unknownVariables({ [name]: '1' })).toEqual([`${name} is unknown. ${advice}`]);
  });

  it('is ignored if Kubernetes sets it for a service named grantor, or if it is empty', () => {
    const environment = {
      GRANTOR_SERVICE_HOST: '10.0.0.1',
      GRANTOR_SERVICE_PORT: '8888',
      GRANTOR_SERVICE_PORT_HTTP: '8888',
      GRANTOR_PORT: 'tcp://10.0.0.1:8888',
      GRANTOR_PORT_8888_TCP: 'tcp://10.0.0.1:8888',
      GRANTOR_PORT_8888_TCP_ADDR: '10.0.0.1',
      GRANTOR_DB_SERVICE_HOST: '10.0.0.2',
      GRANTOR_DB_PORT: 'tcp://10.0.0.2:5432',
      GRANTOR_NO_SETTING: '',
    };
    expect(unknownVariables(environment)).toEqual([]);
  });

  it('is in no source, sample or page of the documentation', () => {
    const files = globSync([
      '{packages,samples}/*/src/**/*.{ts,tsx}',
      'samples/*/README.md',
      'docs/*.md',
      'README.md',
    ]);
    const named = files.flatMap(
      (path) => readFileSync(path, 'utf8').match(/\bGRANTOR_[A-Z0-9_]*[A-Z0-9]\b/g) ?? [],
    );
    expect(new Set(named).size).toBeGreaterThan(30);
    expect(unknownVariables(Object.fromEntries(named.map((name) => [name, 'set'])))).toEqual([]);
  });
});

describe('a database that does not open', () => {
  it('is reported without its password', async () => {
    const [port] = await freePorts(1);
    const stderr = await refusal({
      GRANTOR_DATABASE_URL: `postgres://user:hunter2@localhost:${port}/grantor`,
      GRANTOR_SECRET: SECRET,
    });
    expect(stderr).toContain('GRANTOR_DATABASE_URL');
    expect(stderr).toContain('ECONNREFUSED');
    expect(stderr).not.toContain('hunter2');
  });

  it('is reported if its folder is a file', async () => {
    const stderr = await refusal({
      GRANTOR_DATABASE_URL: 'sqlite:/dev/null/grantor.db',
      GRANTOR_SECRET: SECRET,
    });
    expect(stderr).toContain('GRANTOR_DATABASE_URL');
    expect(await refusal({ GRANTOR_DATABASE_URL: 'sqlite:/dev/null/grantor.db' })).toContain(
      'GRANTOR_SECRET',
    );
  });

  it('is reported if its keys were encrypted with another secret', async () => {
    const folder = await temporaryFolder();
    const { process } = await startServe({}, folder);
    await process.stop();
    const stderr = await refusal({
      GRANTOR_DATABASE_URL: `sqlite:${join(folder, 'grantor.db')}`,
      GRANTOR_SECRET: SECRET,
    });
    expect(stderr).toContain('GRANTOR_SECRET');
    expect(stderr).not.toContain(SECRET);
  });
});
