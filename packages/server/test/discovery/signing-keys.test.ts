import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGrantor } from '@grantor/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deploymentConfig, startInstance } from '../../../../test/kit/instances.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { createPostgresDatabase } from '../../../../test/kit/test-database.js';

describe('signing keys belong to the deployment', () => {
  let folder: string;
  let databaseUrl: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grantor-test-'));
    databaseUrl = `sqlite:${join(folder, 'grantor.db')}`;
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function publishedKeys(url = databaseUrl): Promise<unknown> {
    const instance = await startInstance(deploymentConfig(url));
    const document = await (await fetch(`${instance.url}/oauth2/jwks`)).json();
    await instance.stop();
    return document;
  }

  it('they are the same after a restart', async () => {
    const before = await publishedKeys();
    expect(await publishedKeys()).toEqual(before);
  });

  it('servers that start together on an empty database publish the same ones', async () => {
    const shared = await createPostgresDatabase();
    const [one, two, three] = await Promise.all([
      publishedKeys(shared),
      publishedKeys(shared),
      publishedKeys(shared),
    ]);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
  });

  it('another GRANTOR_SECRET refuses to start, saying what to do and neither secret', async () => {
    await publishedKeys();
    const secret = 'Aw6Zk1Tq8Vn3Xb0Rj5Hm9Ds2Lf7Gc4Py';

    const start = createGrantor(deploymentConfig(databaseUrl, { secret }), { stretch: cheapStretch });

    const error = await start.then(
      () => new Error('it started'),
      (reason: unknown) => reason as Error,
    );
    expect(error.message).toBe(
      'The signing keys in the database cannot be decrypted with this GRANTOR_SECRET. Set the secret that encrypted them, or set it as GRANTOR_SECRET_PREVIOUS.',
    );
    expect(await publishedKeys()).toBeDefined();
  });

  it('no private key lies readable in the database', async () => {
    const instance = await startInstance(deploymentConfig(databaseUrl));
    const records = await instance.server.store.keys.list();
    await instance.stop();
    for (const record of records) {
      expect(record.publicJwk).not.toContain('"d"');
      expect(record.sealedPrivateJwk).toMatch(/^[\w-]+$/);
    }
    const file = await readFile(join(folder, 'grantor.db'), 'latin1');
    expect(file).not.toMatch(/"d":"/);
  });
});
