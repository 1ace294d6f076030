import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../kit/chromium.js';
import { onFreePorts, TestProcess } from '../kit/grantor-process.js';
import { checkPage } from '../kit/page-checks.js';
import { expectWellMade, focusOrder } from '../kit/well-made.js';
import { visit } from './visit.js';
import { ada, expectConnected, heading, pathOf, root, type Stage, signIn, textOf, walk } from './walk.js';

let folder: string;
let browser: Browser;
let server: TestProcess;
let stage: Stage;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grantor-newcomer-'));
  browser = await launchBrowser();
  [server, stage] = await onFreePorts(3, async ([port, appPort, apiPort]) => {
    const args = ['dev', '--data', folder, '--app-port', `${appPort}`, '--api-port', `${apiPort}`];
    const started = TestProcess.grantor(args, {
      PORT: `${port}`,
      // The samples need nothing of the compatibility mode, which `grantor dev` turns on.
      GRANTOR_COMPAT: 'none',
      // A second user who can sign in.
      GRANTOR_ADMIN_EMAIL: root.username,
      GRANTOR_ADMIN_PASSWORD: root.password,
    });
    await started.untilPrinted(/Ctrl\+C/);
    const [issuer, app] = [`http://localhost:${port}`, `http://localhost:${appPort}`];
    return [started, { app, issuer, folder, user: ada, appName: 'Paper Trail' }];
  });
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

it('shows newcomers how users create an account, with the mail on this machine', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(await requestOf(context));
  await page.click('#sign-up');
  await page.fill('#email', 'new@example.com');
  await page.click('#send-link');
  await expect
    .poll(async () => {
      await page.goto(`${stage.issuer}/dev/mail`);
      return page.content();
    })
    .toContain('new@example.com');
  await context.close();
});

/** The authorization request that the app makes in this browser, with more parameters. */
async function requestOf(
  context: BrowserContext,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const response = await context.request.get(`${stage.app}/connect`, { maxRedirects: 0 });
  const url = new URL(response.headers().location ?? '');
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value);
  return url.href;
}

/** Goes to the consent page, signing in on the way. */
async function toConsent(page: Page, user = ada): Promise<void> {
  await page.goto(await requestOf(page.context(), { prompt: 'consent' }));
  if (pathOf(page) === '/signin') await signIn(page, user);
  expect(pathOf(page)).toBe('/consent');
}

/** Presses the browser's Back button. */
async function goBack(page: Page): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await page.goBack();
      return;
    } catch (error) {
      // Chromium changes processes between the app and the server, and may be in the middle of that.
      const changing = error instanceof Error && error.message.includes('Not attached to an active page');
      if (!changing || attempt === 5) throw error;
      await page.waitForTimeout(100 * attempt);
    }
  }
}

/** A message of the app for its user. */
async function expectFriendly(page: Page): Promise<void> {
  await expectWellMade(page);
  expect(await page.content()).not.toMatch(/\n\s+at |node:internal|Internal Server Error|undefined/);
  expect(await page.locator('#connect').count()).toBe(1);
}

const line = (label: string, value: string) => new RegExp(`${label} +${value.replaceAll('.', '\\.')}(\\s|$)`);

it('prints the addresses, a user to sign in as and an API key', async () => {
  const { stdout } = server;
  expect(stdout).toMatch(line('Demo app', stage.app));
  expect(stdout).toMatch(line('Sign in as', `${ada.username}  /  ${ada.password}`));
  expect(stdout).toMatch(line('Issuer', stage.issuer));
  const apiKey = /API key +(\S{20,})$/m.exec(stdout)?.[1];
  const clients = await fetch(`${stage.issuer}/api/2.0/clients`, {
    headers: { authorization: `Bearer ${apiKey}` },
  });
  expect(clients.status).toBe(200);
  expect(JSON.stringify(await clients.json())).toContain('Paper Trail');
});

it('prints the address of the API reference and a first request', async () => {
  const [, reference = ''] = /^ +API docs +(\S+)/m.exec(server.stdout) ?? [];
  const page = await fetch(reference);
  expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  const [typed = ''] = /^ +GRANTOR_API_KEY=\S+ npx grantor .*$/m.exec(server.stdout) ?? [];
  const { code, stdout } = await new TestProcess('sh', ['-c', typed]).ended();
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Paper Trail /m);
});

describe("the newcomer's path", () => {
  it('leads from Connect to the files, refreshes, disconnects, and remembers the consent', async () => {
    await walk(await visit(browser), stage, (page, name) => checkPage(page, { picture: `newcomer/${name}` }));
  });

  it('leads there with scripts disabled', async () => {
    await walk(await visit(browser, { javaScriptEnabled: false }), { ...stage, user: root });
  });

  it('can be completed with the keyboard only', async () => {
    const { page, complaints } = await visit(browser);
    await page.goto(await requestOf(page.context(), { prompt: 'consent' }));
    await page.locator('#username:focus').waitFor();
    expect(await focusOrder(page)).toEqual([
      'username',
      'password',
      'show-password',
      'sign-in',
      'passkey',
      'forgot-password',
      'sign-up',
    ]);
    await page.focus('#username');
    await page.keyboard.type(ada.username);
    await page.keyboard.press('Tab');
    await page.keyboard.type('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await page.locator('#password:focus').waitFor();
    await page.keyboard.type(ada.password);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/consent\?/);
    expect(await focusOrder(page)).toEqual(['switch-account', 'deny', 'allow', 'account']);
    await page.focus('#deny');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${stage.app}/`);
    await expectConnected(page, ada);
    expect(complaints).toEqual([]);
  });
});

describe('a user who changes their mind', () => {
  it('and denies finds a friendly page in the app, and can connect again', async () => {
    const { page, complaints } = await visit(browser);
    await toConsent(page);
    await page.click('#deny');
    expect(page.url()).toMatch(new RegExp(`^${stage.app}/callback\\?`));
    expect(await heading(page)).toBe('You chose not to connect');
    await expectFriendly(page);
    await checkPage(page, { picture: 'newcomer/denied' });
    await page.click('#connect');
    expect(page.url()).toBe(`${stage.app}/`);
    await expectConnected(page, ada);
    expect(complaints).toEqual([]);
  });

  it('signs in as another user with "Not you?"', async () => {
    const { page, complaints } = await visit(browser);
    await toConsent(page);
    expect(await textOf(page, 'main')).toContain(ada.name);
    await page.click('#switch-account');
    expect(pathOf(page)).toBe('/signin');
    await signIn(page, root);
    expect(pathOf(page)).toBe('/consent');
    expect(await textOf(page, 'main')).toContain(root.name);
    await page.click('#allow');
    await expectConnected(page, root);
    expect(complaints).toEqual([]);
  });

  it('and goes back can continue from there', async () => {
    const { page, complaints } = await visit(browser);
    await page.goto(stage.app);
    await page.goto(await requestOf(page.context(), { prompt: 'consent' }));
    await signIn(page, ada);
    expect(pathOf(page)).toBe('/consent');
    await goBack(page);
    expect(['/signin', '/consent']).toContain(pathOf(page));
    await expectWellMade(page);
    if (pathOf(page) === '/signin') await signIn(page, ada);
    await page.click('#allow');
    await expectConnected(page, ada);

    // Back to the page with Allow: the app may refuse the second response, and stays connected.
    await goBack(page);
    await goBack(page);
    await expectWellMade(page);
    await page.goto(stage.app);
    await expectConnected(page, ada);
    expect(complaints).toEqual([]);
  });

  it('and presses Allow a second time, from a page kept open, does no harm', async () => {
    const { context, page } = await visit(browser);
    await toConsent(page);
    const twin = await context.newPage();
    await twin.goto(page.url());
    await page.click('#allow');
    await expectConnected(page, ada);
    await twin.click('#allow');
    expect(await heading(twin)).toBe('You have already answered this request');
    await expectWellMade(twin);
    await page.goto(stage.app);
    await expectConnected(page, ada);
  });
});

describe('two tabs', () => {
  it('that ask at the same time can both be completed, in any order', async () => {
    const { context, page: first, complaints } = await visit(browser);
    const second = await context.newPage();
    for (const tab of [first, second]) {
      await tab.goto(stage.app);
      await tab.click('#connect');
      expect(pathOf(tab)).toBe('/signin');
    }
    await signIn(first, ada);
    await expectConnected(first, ada);
    await signIn(second, ada);
    await expectConnected(second, ada);
    expect(complaints).toEqual([]);
  });

  it('on the consent page keep apart who was shown, when one of them switches account', async () => {
    const { context, page: first } = await visit(browser);
    await toConsent(first);
    const second = await context.newPage();
    await second.goto(await requestOf(context, { prompt: 'consent' }));
    await second.click('#switch-account');
    await signIn(second, root);
    expect(pathOf(second)).toBe('/consent');
    // The page of Ada is still open, but another user is signed in.
    await first.click('#allow');
    expect(pathOf(first)).toBe('/consent');
    expect(await textOf(first, 'main')).toContain(root.name);
  });
});

describe('error pages', () => {
  it.each([
    ['error-unknown-client', '/oauth2/authorize?client_id=unknown&response_type=code', 400],
    ['error-redirect-uri', '/oauth2/authorize?client_id=demo-app&redirect_uri=https://evil.example/', 400],
    ['error-garbled-ticket', '/consent?ticket=garbled', 400],
    ['error-not-found', '/nowhere', 404],
    ['home', '/', 200],
    ['sign-in-alone', '/signin', 200],
  ])('are well made: %s', async (name, path, status) => {
    const { page, complaints } = await visit(browser);
    const response = await page.goto(`${stage.issuer}${path}`);
    expect(response?.status()).toBe(status);
    expect(pathOf(page)).toBe(path.split('?')[0]);
    await expectWellMade(page);
    await checkPage(page, { picture: `newcomer/${name}` });
    expect(complaints).toEqual([]);
  });
});

it.each([true, false])(
  'and what a browser would complain about is noticed (scripts: %s)',
  async (scripts) => {
    const { page, complaints } = await visit(browser, { javaScriptEnabled: scripts });
    await page.goto(stage.issuer);
    await page.evaluate(() => {
      document.body.append(Object.assign(new Image(), { src: 'http://example.invalid/pixel.png' }));
    });
    await expect.poll(() => complaints.join('\n')).toContain('example.invalid');
  },
);
