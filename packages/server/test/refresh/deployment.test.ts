import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { sendAtOnce } from '../../../../test/kit/at-once.js';
import { databases } from '../../../../test/kit/grantor.js';
import {
  deploymentConfig,
  type Instance,
  registerAt,
  startInstance,
} from '../../../../test/kit/instances.js';
import { refusalOf, TestApp, type TestTokens } from '../../../../test/kit/test-app.js';
import { createPostgresDatabase } from '../../../../test/kit/test-database.js';

/** Undone after each test, the last first. */
const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function freshDatabase(kind: (typeof databases)[number]): Promise<string> {
  if (kind === 'postgres') return createPostgresDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'grantor-test-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return `sqlite:${join(folder, 'grantor.db')}`;
}

async function start(...options: Parameters<typeof startInstance>): Promise<Instance> {
  const instance = await startInstance(...options);
  let running = true;
  const stop = async () => {
    if (running) await instance.stop();
    running = false;
  };
  cleanups.push(stop);
  return { ...instance, stop };
}

/** The same app, which reaches another server of the deployment. */
const appAt = (app: TestApp, at: Instance) =>
  new TestApp(at.url, app.id, app.secret, app.redirectUri, app.person);

describe.each(databases)('a refresh outlives the server that answered it, on %s', (database) => {
  it('a retry after a restart gets the same response again, and the tokens stay good', async () => {
    const config = deploymentConfig(await freshDatabase(database));
    const before = await start(config);
    const app = await registerAt(before);
    const { refresh_token: token } = await app.tokens();
    const answer = await (await app.refresh(token)).text();
    await before.stop();

    const restarted = appAt(app, await start(config));

    const retry = await restarted.refresh(token);
    expect(retry.status).toBe(200);
    expect(await retry.text()).toBe(answer);
    const tokens = JSON.parse(answer) as TestTokens;
    expect((await restarted.userinfo(tokens.access_token)).status).toBe(200);
    expect((await restarted.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('a replay after the window is noticed by the server that was started since', async () => {
    let now = Math.floor(Date.now() / 1000);
    const world = { clock: () => now };
    const config = deploymentConfig(await freshDatabase(database));
    const before = await start(config, world);
    const app = await registerAt(before);
    const { refresh_token: token } = await app.tokens();
    const successor = (await (await app.refresh(token)).json()) as TestTokens;
    await before.stop();

    now += 31;
    const restarted = appAt(app, await start(config, world));

    const refusal = { status: 400, error: 'invalid_grant' };
    expect(await refusalOf(await restarted.refresh(token))).toEqual(refusal);
    expect(await refusalOf(await restarted.refresh(successor.refresh_token))).toEqual(refusal);
  });
});

describe('two servers on one PostgreSQL database', () => {
  it('a retry at the other server gets the same response again', async () => {
    const config = deploymentConfig(await freshDatabase('postgres'));
    const [one, two] = await Promise.all([start(config), start(config)]);
    const app = await registerAt(one);
    const { refresh_token: token } = await app.tokens();

    const answer = await (await app.refresh(token)).text();
    const retry = await appAt(app, two).refresh(token);

    expect(await retry.text()).toBe(answer);
  });

  it('200 refreshes at once over both get one response, and 200 redemptions one winner', async () => {
    const config = deploymentConfig(await freshDatabase('postgres'));
    const [one, two] = await Promise.all([start(config), start(config)]);
    const app = await registerAt(one);
    const other = appAt(app, two);
    const { refresh_token: token } = await app.tokens();
    const code = await app.code();
    const at = (index: number) => (index % 2 === 0 ? app : other);

    const refreshes = await sendAtOnce(
      Array.from({ length: 200 }, (_, index) => at(index).refreshForm(token)),
    );
    const redemptions = await sendAtOnce(
      Array.from({ length: 200 }, (_, index) =>
        at(index).exchangeForm(code, { code_verifier: app.verifier }),
      ),
    );

    expect(refreshes.filter(({ status }) => status === 200)).toHaveLength(200);
    expect(new Set(refreshes.map(({ text }) => text)).size).toBe(1);
    expect(redemptions.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('a user signed in at one is signed in at the other, and a code from one is redeemed at the other', async () => {
    const config = deploymentConfig(await freshDatabase('postgres'));
    const [one, two] = await Promise.all([start(config), start(config)]);
    const app = await registerAt(one);
    const code = await app.code();
    const other = new TestApp(two.url, app.id, app.secret, app.redirectUri, app.person, app.browser);

    const page = await other.browser.open(other.authorizationUrl({ prompt: 'none' }));

    expect(page.left?.searchParams.has('code')).toBe(true);
    const response = await other.exchange(code, { code_verifier: app.verifier });
    expect(response.status).toBe(200);
    const tokens = (await response.json()) as TestTokens;
    expect((await app.userinfo(tokens.access_token)).status).toBe(200);
  });
});
