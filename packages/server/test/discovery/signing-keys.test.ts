import { readFile } from 'node:fs/promises';
import { createGrantor } from '@grantor/server';
import { beforeEach, describe, expect, it } from 'vitest';
import { Deployment, deploymentConfig } from '../../../../test/kit/deployment.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { createDatabase } from '../../../../test/kit/test-database.js';

describe('signing keys belong to the deployment', () => {
  let databaseUrl: string;
  beforeEach(async () => {
    databaseUrl = await createDatabase('sqlite');
  });

  async function publishedKeys(url = databaseUrl): Promise<unknown> {
    const instance = await new Deployment(url).start();
    const document = await (await fetch(`${instance.url}/oauth2/jwks`)).json();
    await instance.stop();
    return document;
  }

  it('and stay the same after a restart', async () => {
    const before = await publishedKeys();
    expect(await publishedKeys()).toEqual(before);
  });

  it('servers that start together on an empty database publish the same keys', async () => {
    const shared = await createDatabase('postgres');
    const [one, two, three] = await Promise.all([
      publishedKeys(shared),
      publishedKeys(shared),
      publishedKeys(shared),
    ]);
    expect(two).toEqual(one);
    expect(three).toEqual(one);
  });

  it('another GRANTOR_SECRET refuses to start, with a message that has the remedy and no secret', async () => {
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

  it('no private key is readable in the database', async () => {
    const instance = await new Deployment(databaseUrl).start();
    const records = await instance.server.store.keys.list();
    await instance.stop();
    for (const record of records) {
      expect(record.publicJwk).not.toContain('"d"');
      expect(record.sealedPrivateJwk).toMatch(/^[\w-]+$/);
    }
    const file = await readFile(databaseUrl.replace('sqlite:', ''), 'latin1');
    expect(file).not.toMatch(/"d":"/);
  });
});
