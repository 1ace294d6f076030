import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { bearer, bodyOf, callApi } from '../../../../test/kit/api-calls.js';
import { connect, HttpBrowser } from '../../../../test/kit/browser.js';
import { startServe, type TestProcess } from '../../../../test/kit/grantor-process.js';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';

const API_KEY = 'a first key, with more than 20 characters';
const PASSWORD = 'correct horse battery';
const USERNAME = 'root@example.com';
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

type Line = Readonly<Record<string, unknown>>;

async function serve(settings: Record<string, string> = {}) {
  const { issuer, process } = await startServe(
    {
      GRANTOR_API_KEY: API_KEY,
      GRANTOR_ADMIN_EMAIL: USERNAME,
      GRANTOR_ADMIN_PASSWORD: PASSWORD,
      ...settings,
    },
    await temporaryFolder(),
  );
  onTestFinished(async () => void (await process.stop()));
  return { issuer, process };
}

const linesOf = (process: TestProcess): Line[] =>
  process.stdout
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Line);

/** The lines of one response, once they are written. */
async function linesAbout(process: TestProcess, response: Response): Promise<Line[]> {
  const id = response.headers.get('x-request-id') ?? 'missing';
  const found = () => linesOf(process).filter(({ requestId }) => requestId === id);
  await expect.poll(() => found().some(({ msg }) => msg === 'request')).toBe(true);
  return found();
}

it('has one line for a request, with its route and without its query or path parameters', async () => {
  const { issuer, process } = await serve();
  const health = await linesAbout(process, await fetch(`${issuer}/health?token=hidden-in-a-query`));
  expect(health).toEqual([
    expect.objectContaining({
      msg: 'request',
      method: 'GET',
      route: '/health',
      status: 200,
      ms: expect.any(Number),
      address: expect.stringMatching(/^(?:127\.0\.0\.1|::1)$/),
    }),
  ]);
  const nowhere = await linesAbout(process, await fetch(`${issuer}/hidden-in-a-path`));
  expect(nowhere).toContainEqual(expect.objectContaining({ msg: 'request', route: 'none', status: 404 }));
  expect(process.stdout).not.toContain('hidden-in');
});

it('has the client and user of a refusal, if they are known', async () => {
  const { issuer, process } = await serve();
  const app = { name: 'Logged', redirectUris: ['https://app.example.com/callback'] };
  const { client_id: clientId } = await bodyOf<{ client_id: string }>(
    callApi({ issuer }, bearer(API_KEY), 'POST', '/clients', app),
    201,
  );
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: clientId,
    client_secret: 'x',
  });
  const refused = await linesAbout(process, await fetch(`${issuer}/oauth2/token`, { method: 'POST', body }));
  expect(refused).toContainEqual(
    expect.objectContaining({ route: '/oauth2/token', status: 401, code: 'invalid_client', clientId }),
  );
  const api = await linesAbout(process, await fetch(`${issuer}/api/2.0/clients`));
  expect(api).toContainEqual(expect.objectContaining({ msg: 'request refused', status: 401 }));

  // A failed sign-in is logged with the ID of an existing account, and never with the login.
  const attempt = async (username: string) => {
    const browser = new HttpBrowser();
    const page = await browser.open(`${issuer}/signin`);
    await browser.signIn(page, { username, password: 'wrong horse battery' });
  };
  await attempt('unknown-login@example.com');
  await attempt(USERNAME);
  const attempts = () => linesOf(process).filter(({ reason }) => reason === 'sign-in: refused');
  await expect.poll(() => attempts().length).toBe(2);
  expect(attempts().map(({ userId }) => typeof userId)).toEqual(['undefined', 'string']);
  expect(process.stdout).not.toContain('unknown-login');
});

const CALLBACK = 'https://app.example.com/callback';

describe('the user and the reason of a request', () => {
  let issuer: string;
  let process: TestProcess;
  let client: { readonly client_id: string; readonly client_secret: string };
  const browser = new HttpBrowser();
  let userId: unknown;

  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grantor-test-'));
    ({ issuer, process } = await startServe(
      { GRANTOR_API_KEY: API_KEY, GRANTOR_ADMIN_EMAIL: USERNAME, GRANTOR_ADMIN_PASSWORD: PASSWORD },
      folder,
    ));
    const app = { name: 'Logged', redirectUris: [CALLBACK], scopes: ['openid'] };
    client = await bodyOf(callApi({ issuer }, bearer(API_KEY), 'POST', '/clients', app), 201);
    const page = await browser.open(`${issuer}/signin`);
    await browser.submit(page, 'sign-in', { username: USERNAME, password: PASSWORD });
    const signedIn = () => linesAt('/signin').find((line) => line.status === 303);
    await vi.waitUntil(() => signedIn() !== undefined);
    userId = signedIn()?.userId;
  });
  afterAll(async () => {
    await process.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const linesAt = (route: string) => linesOf(process).filter((line) => line.route === route);
  const authorize = (more: Record<string, string>) =>
    `${issuer}/oauth2/authorize?${new URLSearchParams({
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: CALLBACK,
      scope: 'openid',
      code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    })}`;
  const token = (code: string) =>
    fetch(`${issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code,
        redirect_uri: CALLBACK,
        code_verifier: VERIFIER,
        ...client,
      }),
    });

  it('are in the lines of the token, userinfo and logout endpoints, also for a refused code', async () => {
    const account = { username: USERNAME, password: PASSWORD };
    const left = await connect(browser, authorize({}), account);
    const code = left.searchParams.get('code') ?? '';
    const answer = await token(code);
    const { access_token: accessToken } = (await answer.clone().json()) as { access_token: string };
    const known = { clientId: client.client_id, userId };
    expect(await linesAbout(process, answer)).toEqual([expect.objectContaining({ status: 200, ...known })]);
    const userinfo = await fetch(`${issuer}/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(await linesAbout(process, userinfo)).toEqual([expect.objectContaining({ status: 200, ...known })]);
    expect(await linesAbout(process, await token(code))).toContainEqual(
      expect.objectContaining({ code: 'invalid_grant', ...known }),
    );
    await browser.open(`${issuer}/oauth2/logout?client_id=${client.client_id}`);
    await expect
      .poll(() => linesAt('/oauth2/logout'))
      .toContainEqual(expect.objectContaining({ msg: 'request', ...known }));
    expect(typeof userId).toBe('string');
  });

  it.each(['query', 'form_post'])(
    'are in the line of a refusal that is sent to the client by %s',
    async (mode) => {
      const state = `state-${mode}`;
      const more = { response_mode: mode, prompt: 'none', max_age: '-1', state };
      const response = await fetch(authorize(more), { redirect: 'manual' });
      const lines = await linesAbout(process, response);
      expect(lines).toContainEqual(
        expect.objectContaining({
          msg: 'request refused',
          clientId: client.client_id,
          reason: expect.stringMatching(/^invalid_request: .*max_age/),
        }),
      );
      expect(process.stdout).not.toContain(state);
    },
  );

  it('are in the line of a sign-in that is refused for too many attempts', async () => {
    const other = new HttpBrowser();
    for (let attempt = 0; attempt < 40; attempt += 1) {
      const page = await other.open(`${issuer}/signin`);
      const refused = await other.submit(page, 'sign-in', { username: USERNAME, password: 'wrong horse' });
      if (refused.status === 429) break;
    }
    await expect
      .poll(() => linesAt('/signin'))
      .toContainEqual(expect.objectContaining({ status: 429, reason: 'sign-in: throttled', userId }));
  });
});

it.each([
  ['network', /^(?:127\.0\.0\.0\/24|0:0:0::\/48)$/],
  ['none', /^$/],
])('has addresses in the form of GRANTOR_LOG_ADDRESSES=%s', async (privacy, expected) => {
  const { issuer, process } = await serve({ GRANTOR_LOG_ADDRESSES: privacy });
  const [line] = await linesAbout(process, await fetch(`${issuer}/health`));
  expect(line?.address ?? '').toMatch(expected);
});
