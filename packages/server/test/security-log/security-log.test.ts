import { expect, it, onTestFinished } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServe, type TestProcess } from '../../../../test/kit/grantor-process.js';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';

const API_KEY = 'a first key, with more than 20 characters';
const PASSWORD = 'correct horse battery';
const USERNAME = 'root@example.com';

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

it('has one line for a request, with its route and without its query or what its path names', async () => {
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

it('says of a refusal which client and user it concerns, where they are known', async () => {
  const { issuer, process } = await serve();
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
  const made = await fetch(`${issuer}/api/2.0/clients`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name: 'Logged', redirectUris: ['https://app.example.com/callback'] }),
  });
  const { client_id: clientId } = (await made.json()) as { client_id: string };
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

  // The name of a failed sign-in is logged for nobody; an account that exists is, by its ID.
  const attempt = async (username: string) => {
    const browser = new HttpBrowser();
    const page = await browser.open(`${issuer}/signin`);
    await browser.submit(page, 'sign-in', { username, password: 'wrong horse battery' });
  };
  await attempt('nobody-here@example.com');
  await attempt(USERNAME);
  const attempts = () => linesOf(process).filter(({ reason }) => reason === 'sign-in: refused');
  await expect.poll(() => attempts().length).toBe(2);
  expect(attempts().map(({ userId }) => typeof userId)).toEqual(['undefined', 'string']);
  expect(process.stdout).not.toContain('nobody-here');
});

it.each([
  ['network', /^(?:127\.0\.0\.0\/24|0:0:0::\/48)$/],
  ['none', /^$/],
])('has of an address what GRANTOR_LOG_ADDRESSES=%s says', async (privacy, expected) => {
  const { issuer, process } = await serve({ GRANTOR_LOG_ADDRESSES: privacy });
  const [line] = await linesAbout(process, await fetch(`${issuer}/health`));
  expect(line?.address ?? '').toMatch(expected);
});
