import { expect, it, onTestFinished } from 'vitest';
import { bearer, bodyOf, callApi } from '../kit/api-calls.js';
import { connect, HttpBrowser } from '../kit/browser.js';
import { onFreePorts, TestProcess } from '../kit/grantor-process.js';
import type { RegisteredTestClient } from '../kit/servers.js';
import { temporaryFolder } from '../kit/temporary-folder.js';
import { createPostgresDatabase } from '../kit/test-database.js';

const APP = 'http://localhost:3000/callback';
const API_KEY = 'a first key, with more than 20 characters';
const USER = { username: 'root@example.com', password: 'correct horse battery' };

const settings = {
  GRANTOR_API_KEY: API_KEY,
  GRANTOR_ADMIN_EMAIL: USER.username,
  GRANTOR_ADMIN_PASSWORD: USER.password,
};

/** Starts two at the same moment, with one issuer, as behind a load balancer. */
function startTwo(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  return onFreePorts(2, async (ports) => {
    const issuer = `http://localhost:${ports[0]}`;
    const started = ports.map((port) =>
      TestProcess.grantor(args, { PORT: `${port}`, GRANTOR_ISSUER: issuer, ...settings, ...env }),
    );
    onTestFinished(async () => void (await Promise.all(started.map((process) => process.stop()))));
    await Promise.all(started.map((process) => process.untilPrinted(/"listening"/)));
    return ports.map((port) => `http://localhost:${port}`);
  });
}

/** What starts at one of them goes on at the other. */
async function expectOneDeployment([here = '', there = '']: readonly string[]): Promise<void> {
  const [keys, otherKeys] = await Promise.all(
    [here, there].map(
      async (at) => (await fetch(`${at}/oauth2/jwks`)).json() as Promise<{ keys: unknown[] }>,
    ),
  );
  expect(keys?.keys.length).toBeGreaterThan(0);
  expect(otherKeys).toEqual(keys);

  const app = {
    name: 'Two halves',
    redirectUris: [APP],
    grantTypes: ['authorization_code', 'refresh_token'],
    scopes: ['openid', 'offline_access'],
  };
  const client = await bodyOf<RegisteredTestClient>(
    callApi({ issuer: here }, bearer(API_KEY), 'POST', '/clients', app),
    201,
  );
  const credentials = { client_id: client.client_id, client_secret: client.client_secret };
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: APP,
    scope: 'openid offline_access',
    state: 'xyz',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  });
  const back = await connect(new HttpBrowser(), `${there}/oauth2/authorize?${asked}`, USER);
  const tokensFrom = async (at: string, form: Record<string, string>) => {
    const response = await fetch(`${at}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...credentials, ...form }),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as { access_token: string; refresh_token: string };
  };
  const tokens = await tokensFrom(here, {
    grant_type: 'authorization_code',
    code: back.searchParams.get('code') ?? '',
    redirect_uri: APP,
    code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
  });
  const refreshed = await tokensFrom(there, {
    grant_type: 'refresh_token',
    refresh_token: tokens.refresh_token,
  });
  for (const at of [here, there]) {
    const headers = { authorization: `Bearer ${refreshed.access_token}` };
    expect((await fetch(`${at}/oauth2/userinfo`, { headers })).status).toBe(200);
  }
}

it('two processes that start together on one SQLite folder are one deployment', async () => {
  await expectOneDeployment(await startTwo(['serve', '--data', await temporaryFolder()], {}));
});

it('two processes that start together on one PostgreSQL database are one deployment', async () => {
  await expectOneDeployment(
    await startTwo(['serve'], {
      GRANTOR_DATABASE_URL: await createPostgresDatabase(),
      GRANTOR_SECRET: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
    }),
  );
});
