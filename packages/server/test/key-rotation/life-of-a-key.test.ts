import { afterEach, describe, expect, it } from 'vitest';
import { type DeployedServer, Deployment } from '../../../../test/kit/deployment.js';
import { databases } from '../../../../test/kit/servers.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { createDatabase } from '../../../../test/kit/test-database.js';
import { rotationOf } from '../../src/compose/key-management.js';
import { createDeploymentKeys } from '../../src/crypto/deployment-keys.js';
import { systemRandom } from '../../src/crypto/random.js';
import { type Rotation, replaceAll } from '../../src/keys/rotation.js';
import { signingAlgorithms } from '../../src/protocol/index.js';
import { openStore } from '../../src/storage/open-store.js';
import { CachingClient, registerProgram } from './caching-client.js';

const DAY = 86_400;
const TOKEN = 900;

const deployments: Deployment[] = [];
afterEach(async () => {
  for (const deployment of deployments.splice(0)) await deployment.stop();
});

async function deploy(database: (typeof databases)[number], settings = {}): Promise<Deployment> {
  const deployment = new Deployment(await createDatabase(database), {
    accessTokenSeconds: TOKEN,
    idTokenSeconds: TOKEN,
    sessionSeconds: TOKEN,
    ...settings,
  });
  deployments.push(deployment);
  return deployment;
}

const publishedAt = async (url: string) => {
  const { keys } = (await (await fetch(`${url}/oauth2/jwks`)).json()) as {
    keys: { kid: string; alg: string }[];
  };
  return keys;
};

describe.each(databases)('keys rotate without a token that a client cannot verify, on %s', (database) => {
  it('over the whole life of several keys, with two processes and a restart', async () => {
    const deployment = await deploy(database, { keyRotationSeconds: DAY });
    const { clock } = deployment;
    const one = await deployment.start();
    let two = await deployment.start();
    const ask = await registerProgram(one);
    // Each keeps what it got from one process, and they ask at different times.
    const clients = [
      new CachingClient(clock, () => `${one.url}/oauth2/jwks`),
      new CachingClient(clock, () => `${two.url}/oauth2/jwks`),
    ];
    const alive: { token: string; expiresAt: number }[] = [];
    const signedBy = new Set<string>();
    const step = async (seconds: number, ticking: readonly DeployedServer[]) => {
      clock.now += seconds;
      for (const server of ticking) await server.tick();
      for (const server of [one, two]) {
        alive.push({ token: await ask(server), expiresAt: clock.now + TOKEN });
      }
      while (alive[0] !== undefined && alive[0].expiresAt <= clock.now) alive.shift();
      for (const client of clients) {
        for (const { token } of alive) signedBy.add((await client.verify(token)).kid);
      }
    };
    const beginning = clock.now;
    // Closely where something happens, and from afar where nothing does.
    for (let round = 1; round <= 3; round += 1) {
      const shortlyBefore = beginning + round * DAY - 200;
      while (clock.now < shortlyBefore) await step(Math.min(6 * 3600, shortlyBefore - clock.now), [one, two]);
      for (let index = 0; index < 26; index += 1) {
        await step(20, index % 2 === 0 ? [one] : index % 3 === 0 ? [two] : []);
        if (round === 2 && index === 11) {
          await two.stop();
          two = await deployment.start();
        }
      }
      await step(TOKEN, [one, two]);
    }
    expect(signedBy.size).toBe(4);
  });

  it('however soon another rotation follows the first', async () => {
    const deployment = await deploy(database, { keyRotationSeconds: 0 });
    const { clock } = deployment;
    const one = await deployment.start();
    const two = await deployment.start();
    const ask = await registerProgram(one);
    const client = new CachingClient(clock, () => `${two.url}/oauth2/jwks`);
    const before = (await client.verify(await ask(one))).kid;

    const management = await deployment.manageKeys();
    const settled = await management.rotate();
    expect(settled.map(({ algorithm, outcome }) => [algorithm, outcome])).toEqual(
      signingAlgorithms.map((algorithm) => [algorithm, 'settled']),
    );
    // Asked for again, it is under way and nothing more happens.
    const again = await management.rotate();
    expect(again.map(({ kid, signsFrom }) => [kid, signsFrom])).toEqual(
      settled.map(({ kid, signsFrom }) => [kid, signsFrom]),
    );
    expect(again.every(({ outcome }) => outcome === 'underWay')).toBe(true);
    await management.close();

    const { signsFrom, kid: next } = settled.find(({ algorithm }) => algorithm === 'ES256') ?? {};
    if (signsFrom === undefined || next === undefined) throw new Error('ES256 did not rotate');
    // The client fetches the keys just before the last process publishes the key, and caches them for the allowed time.
    clock.now += 29;
    await client.keys();
    clock.now += 1;
    await one.tick();
    await two.tick();
    expect((await publishedAt(two.url)).map(({ kid }) => kid)).toContain(next);
    const signers: string[] = [];
    while (clock.now < signsFrom + 60) {
      clock.now += 10;
      for (const server of [one, two]) signers.push((await client.verify(await ask(server))).kid);
    }
    expect(signers[0]).toBe(before);
    expect(signers.at(-1)).toBe(next);
  });

  it('with one result for all processes if many rotate at once', async () => {
    const deployment = await deploy(database, { keyRotationSeconds: DAY });
    const servers = await Promise.all([deployment.start(), deployment.start(), deployment.start()]);
    await Promise.all(servers.map((server) => server.tick()));
    deployment.clock.now += DAY;
    const managements = await Promise.all([deployment.manageKeys(), deployment.manageKeys()]);
    await Promise.all([
      ...servers.map((server) => server.tick()),
      ...managements.map((management) => management.rotate()),
    ]);
    for (const server of servers) await server.tick();
    const published = await Promise.all(servers.map(({ url }) => publishedAt(url)));
    expect(published[1]).toEqual(published[0]);
    expect(published[2]).toEqual(published[0]);
    const [management] = managements;
    const listed = (await management?.list()) ?? [];
    for (const algorithm of signingAlgorithms) {
      const states = listed.filter(({ record }) => record.algorithm === algorithm);
      expect(states.map(({ state }) => state)).toEqual(['next', 'signing', 'retired']);
    }
    for (const one of managements) await one.close();
  });
});

describe('each algorithm has a next, a signing, and retired keys', () => {
  it('publishes the signing key first, then the next, then the retired until their last token has expired', async () => {
    const deployment = await deploy('sqlite', { keyRotationSeconds: DAY, accessTokenSeconds: 3 * 3600 });
    const { clock } = deployment;
    const server = await deployment.start();
    const ask = await registerProgram(server);
    const es256 = async () =>
      (await publishedAt(server.url)).filter(({ alg }) => alg === 'ES256').map(({ kid }) => kid);
    const [first] = await es256();
    expect(await es256()).toHaveLength(1);
    await server.tick();
    const [, second] = await es256();
    expect(await es256()).toEqual([first, second]);
    clock.now += DAY - 1;
    const lastOfFirst = await ask(server);
    clock.now += 1;
    await server.tick();
    const [, third] = await es256();
    expect(await es256()).toEqual([second, third, first]);
    const client = new CachingClient(clock, () => `${server.url}/oauth2/jwks`);
    clock.now += 3 * 3600 - 2;
    await server.tick();
    expect((await client.verify(lastOfFirst)).kid).toBe(first);
    clock.now += 120;
    await server.tick();
    expect(await es256()).toEqual([second, third]);
    const kept = (await server.server.store.keys.list()).map(({ kid }) => kid);
    expect(kept).not.toContain(first);
  });

  it('keeps a key for the token lifetime at the time of signing, also if the setting changes', async () => {
    const deployment = await deploy('sqlite', { accessTokenSeconds: DAY });
    const { clock } = deployment;
    const long = await deployment.start();
    const ask = await registerProgram(long);
    await long.tick();
    clock.now += 600;
    const token = await ask(long);
    await long.stop();

    const short = await deployment.start({ accessTokenSeconds: 60 });
    const management = await deployment.manageKeys();
    await management.rotate();
    await management.close();
    clock.now += DAY - 1;
    await short.tick();
    const client = new CachingClient(clock, () => `${short.url}/oauth2/jwks`);
    expect((await client.verify(token)).payload.exp).toBe(clock.now + 1);
  });

  it('never rotates by itself with 0, and still publishes the next key', async () => {
    const deployment = await deploy('sqlite', { keyRotationSeconds: 0 });
    const server = await deployment.start();
    await server.tick();
    const before = await publishedAt(server.url);
    expect(before).toHaveLength(2 * signingAlgorithms.length);
    deployment.clock.now += 3650 * DAY;
    await server.tick();
    expect(await publishedAt(server.url)).toEqual(before);
  });
});

describe('replacing keys that may have leaked', () => {
  it('new keys sign at once, and all tokens of the old keys are invalid (key compromise)', async () => {
    const deployment = await deploy('sqlite');
    const { clock } = deployment;
    const server = await deployment.start();
    const ask = await registerProgram(server);
    await server.tick();
    const before = await publishedAt(server.url);
    const stolen = await ask(server);
    const management = await deployment.manageKeys();
    const done = await management.replace();
    await management.close();
    await server.tick();

    const after = await publishedAt(server.url);
    const kids = before.map(({ kid }) => kid);
    expect(after.filter(({ kid }) => kids.includes(kid))).toEqual([]);
    expect(after).toHaveLength(2 * signingAlgorithms.length);
    const client = new CachingClient(clock, () => `${server.url}/oauth2/jwks`);
    await expect(client.verify(stolen)).rejects.toThrow();
    const { kid } = await client.verify(await ask(server));
    expect(done.map((rotation) => rotation.kid)).toContain(kid);
    const userinfo = await fetch(`${server.url}/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${stolen}` },
    });
    expect(userinfo.status).toBe(401);
  });

  it('two simultaneous replacements leave one signing key of each algorithm', async () => {
    const deployment = await deploy('sqlite');
    const server = await deployment.start();
    const managements = await Promise.all([deployment.manageKeys(), deployment.manageKeys()]);
    await Promise.all([...managements.map((management) => management.replace()), server.tick()]);
    const listed = (await managements[0]?.list()) ?? [];
    for (const algorithm of signingAlgorithms) {
      const own = listed.filter(({ record }) => record.algorithm === algorithm);
      expect(own.filter(({ state }) => state === 'signing')).toHaveLength(1);
      expect(own.filter(({ state }) => state === 'next').length).toBeGreaterThan(0);
    }
    for (const management of managements) await management.close();
  });

  it('each of two simultaneous replacements reports keys that exist', async () => {
    const deployment = await deploy('sqlite');
    const config = deployment.config();
    const store = await openStore(config.databaseUrl);
    const keys = await createDeploymentKeys(config, cheapStretch);
    const rotation = rotationOf(config, keys, store, deployment.clock.read, systemRandom);
    const faster: (readonly Rotation[])[] = [];
    const slower = await replaceAll({
      ...rotation,
      store: {
        ...rotation.store,
        async replaceOlder(key, event) {
          if (faster.length === 0) faster.push(await replaceAll(rotation));
          return store.keys.replaceOlder(key, event);
        },
      },
    });
    const listed = await store.keys.list();
    for (const { algorithm, kid } of slower) {
      expect(listed.find((key) => key.kid === kid)).toMatchObject({ algorithm });
    }
    // Those of the faster one existed until the slower one replaced them.
    const { items } = await store.audit.list({ limit: 50, after: null }, { type: 'signing_key.replaced' });
    const replaced = items.map(({ target }) => target?.id);
    for (const { kid } of [...slower, ...(faster[0] ?? [])]) expect(replaced).toContain(kid);
    await store.close();
  });
});

it('a signing key stays published until its tokens expire, also if lifetimes were raised', async () => {
  const deployment = await deploy('sqlite', { keyRotationSeconds: 0 });
  const { clock } = deployment;
  await (await deployment.start()).stop();
  const server = await deployment.start({ accessTokenSeconds: DAY });
  const token = await (await registerProgram(server))(server);
  const management = await deployment.manageKeys();
  await management.rotate();
  await management.close();
  for (const seconds of [600, 6 * 3600]) {
    clock.now += seconds;
    await server.tick();
  }
  const client = new CachingClient(clock, () => `${server.url}/oauth2/jwks`);
  const { kid } = await client.verify(token);
  expect((await publishedAt(server.url))[0]?.kid).not.toBe(kid);
});
