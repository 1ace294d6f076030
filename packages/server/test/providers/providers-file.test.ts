import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@grantor/server';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';

const base = {
  GRANTOR_ISSUER: 'https://login.example.com',
  GRANTOR_DATABASE_URL: 'sqlite:./x.db',
  GRANTOR_SECRET: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
};

async function load(content: string, environment: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder();
  const path = join(folder, 'providers.json');
  await writeFile(path, content);
  await writeFile(join(folder, 'secret.txt'), 'from the file\n');
  return loadConfig({ ...base, ...environment, GRANTOR_PROVIDERS: path });
}

const google = { id: 'google', preset: 'google', clientId: 'c' };

it('reads secrets from variables and from files beside the providers file', async () => {
  const { providers } = await load(
    JSON.stringify([
      { ...google, clientSecret: { env: 'GOOGLE_SECRET' } },
      { id: 'corp', issuer: 'https://sso.example.com', clientId: 'c', clientSecret: { file: 'secret.txt' } },
    ]),
    { GOOGLE_SECRET: 'from the variable' },
  );
  expect(providers).toMatchObject([{ clientSecret: 'from the variable' }, { clientSecret: 'from the file' }]);
});

it.each([
  [
    'a variable that is not set',
    JSON.stringify([{ ...google, clientSecret: { env: 'GOOGLE_SECRET' } }]),
    'needs the variable GOOGLE_SECRET, which is not set',
  ],
  [
    'a file that is missing',
    JSON.stringify([{ ...google, clientSecret: { file: 'missing.txt' } }]),
    'missing.txt, which cannot be read',
  ],
  ['text that is not JSON', '[', 'is not a JSON array'],
  ['an object', '{}', 'is not a JSON array'],
  [
    'an unknown preset',
    JSON.stringify([{ ...google, preset: 'facebook' }]),
    '[0] [preset] must be google, entra, apple or github',
  ],
  ['an unknown member', JSON.stringify([{ ...google, clientSecret: 's', secret: 's' }]), '"secret"'],
  [
    'an issuer without TLS',
    JSON.stringify([{ id: 'a', issuer: 'http://sso.example.com', clientId: 'c', clientSecret: 's' }]),
    '[0] [issuer] must be an https URL',
  ],
  [
    'one ID twice',
    JSON.stringify([
      { ...google, clientSecret: 's' },
      { ...google, clientSecret: 's' },
    ]),
    'must have different ids',
  ],
  [
    'an ID that is no path',
    JSON.stringify([{ ...google, id: '../x', clientSecret: 's' }]),
    '[0] [id] must have 1 to 32',
  ],
  [
    'Entra without a tenant',
    JSON.stringify([{ id: 'e', preset: 'entra', clientId: 'c', clientSecret: 's' }]),
    'needs either tenant or tenants',
  ],
  [
    'private_key_jwt without a key',
    JSON.stringify([
      { id: 'a', issuer: 'https://a.example', clientId: 'c', clientAuthentication: 'private_key_jwt' },
    ]),
    'needs a privateKey',
  ],
  [
    'a parameter of its own',
    JSON.stringify([
      {
        id: 'a',
        issuer: 'https://a.example',
        clientId: 'c',
        clientSecret: 's',
        authorizationParameters: { redirect_uri: 'https://attacker.example' },
      },
    ]),
    'must not have',
  ],
])('names the problem of %s, and no secret', async (_, content, problem) => {
  const failed = load(content).catch((error: Error) => error.message);
  expect(await failed).toContain(`GRANTOR_PROVIDERS`);
  expect(await failed).toContain(problem);
});
