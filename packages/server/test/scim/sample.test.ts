import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { addApiKey } from '../../../../test/kit/callers.js';
import { startServer } from '../../../../test/kit/servers.js';

const sample = fileURLToPath(new URL('../../../../samples/scim/provision.sh', import.meta.url));

it('the sample script creates a user and a group, deactivates the user, and deletes both', async () => {
  const grantor = await startServer();
  onTestFinished(() => grantor.stop());
  const { key } = await addApiKey(grantor, null, { scopes: ['grantor.scim:write'] });
  const { PATH = '' } = process.env;
  const env = { PATH, GRANTOR: grantor.issuer, KEY: key };
  const { stdout } = await promisify(execFile)('sh', [sample], { env, timeout: 60_000 });
  expect(stdout).toMatch(/^user [\w-]+\ngroup [\w-]+\n\{.*"groups":\[\{"display":"Engines"\}\].*\}\n/);
  expect(stdout).toMatch(/"active":false\}\ndeleted\n$/);
});
