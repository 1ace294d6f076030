import { afterEach, describe, expect, it } from 'vitest';
import { sendAtOnce } from '../../../../test/kit/at-once.js';
import { Deployment, registerAt } from '../../../../test/kit/deployment.js';
import { databases } from '../../../../test/kit/servers.js';
import { refusalOf, type TestTokens } from '../../../../test/kit/test-app.js';
import { createDatabase } from '../../../../test/kit/test-database.js';

let deployment: Deployment;
afterEach(() => deployment.stop());

async function deploy(kind: (typeof databases)[number]): Promise<void> {
  deployment = new Deployment(await createDatabase(kind));
}

describe.each(databases)('a refresh token works after a restart, on %s', (database) => {
  it('a retry after a restart gets the same response, and the tokens stay valid', async () => {
    await deploy(database);
    const before = await deployment.start();
    const app = await registerAt(before);
    const { refresh_token: token } = await app.tokens();
    const answer = await (await app.refresh(token)).text();
    await before.stop();

    const restarted = app.with({ at: (await deployment.start()).url });

    const retry = await restarted.refresh(token);
    expect(retry.status).toBe(200);
    expect(await retry.text()).toBe(answer);
    const tokens = JSON.parse(answer) as TestTokens;
    expect((await restarted.userinfo(tokens.access_token)).status).toBe(200);
    expect((await restarted.refresh(tokens.refresh_token)).status).toBe(200);
  });

  it('a replay after the window is detected after a restart', async () => {
    await deploy(database);
    const before = await deployment.start();
    const app = await registerAt(before);
    const { refresh_token: token } = await app.tokens();
    const successor = (await (await app.refresh(token)).json()) as TestTokens;
    await before.stop();

    deployment.clock.now += 31;
    const restarted = app.with({ at: (await deployment.start()).url });

    const refusal = { status: 400, error: 'invalid_grant' };
    expect(await refusalOf(await restarted.refresh(token))).toEqual(refusal);
    expect(await refusalOf(await restarted.refresh(successor.refresh_token))).toEqual(refusal);
  });
});

describe('two servers on one PostgreSQL database', () => {
  it('a retry at the other server gets the same response', async () => {
    await deploy('postgres');
    const [one, two] = await Promise.all([deployment.start(), deployment.start()]);
    const app = await registerAt(one);
    const { refresh_token: token } = await app.tokens();

    const answer = await (await app.refresh(token)).text();
    const retry = await app.with({ at: two.url }).refresh(token);

    expect(await retry.text()).toBe(answer);
  });

  it('200 simultaneous refreshes at both get one response, and one of 200 redemptions succeeds', async () => {
    await deploy('postgres');
    const [one, two] = await Promise.all([deployment.start(), deployment.start()]);
    const app = await registerAt(one);
    const other = app.with({ at: two.url });
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

  it('a session of one works at the other, and a code of one is redeemed at the other', async () => {
    await deploy('postgres');
    const [one, two] = await Promise.all([deployment.start(), deployment.start()]);
    const app = await registerAt(one);
    const code = await app.code();
    const other = app.with({ at: two.url });

    const page = await other.browser.open(other.authorizationUrl({ prompt: 'none' }));

    expect(page.left?.searchParams.has('code')).toBe(true);
    const response = await other.exchange(code, { code_verifier: app.verifier });
    expect(response.status).toBe(200);
    const tokens = (await response.json()) as TestTokens;
    expect((await app.userinfo(tokens.access_token)).status).toBe(200);
  });
});
