import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, HttpBrowser, type OpenedPage } from '../test/kit/browser.js';
import { launchBrowser } from '../test/kit/chromium.js';
import { INSTALLING, pythonEnvironment } from '../test/kit/python.js';
import { startServer, type TestServer } from '../test/kit/servers.js';
import { freeAddress, installLibraries, startLibraryApp } from './library-app.js';

const requirements = fileURLToPath(new URL('python/requirements.txt', import.meta.url));

let python: string;
let grantor: TestServer;
beforeAll(async () => {
  python = await pythonEnvironment(requirements);
  await installLibraries();
  grantor = await startServer();
}, INSTALLING);
afterAll(() => grantor.stop());

interface Program {
  /** In `interop/libraries`. */
  readonly file: string;
  readonly callback: string;
  /** The path that shows the signed-in user; the callback unless set. */
  readonly profile?: string;
  /** Below which it begins with a form that has its CSRF token, as Auth.js does. */
  readonly forms?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Signs in to an app with a browser, and returns what the app says of the user. */
async function profileOf({ file, callback, profile, forms, metadata }: Program): Promise<unknown> {
  const url = await freeAddress();
  const { client_id, client_secret } = await grantor.register({
    redirectUris: [url + callback],
    ...metadata,
  });
  const settings = { ISSUER: grantor.issuer, CLIENT_ID: client_id, CLIENT_SECRET: client_secret };
  const app = await startLibraryApp([file.endsWith('.py') ? python : process.execPath, file], settings, url);
  try {
    const browser = new HttpBrowser();
    const first = forms === undefined ? browser.open(`${url}/login`) : submitCsrfForm(browser, url + forms);
    const { left, html } = await first;
    if (left === undefined) throw new Error(`the app did not send the browser away: ${html}`);
    const answered = await connect(browser, left.href, grantor.user);
    const page = await browser.open(answered.href);
    const last = profile === undefined ? page : await browser.open(url + profile);
    if (last.status !== 200) throw new Error(`the app answered ${last.status}: ${last.html}`);
    return JSON.parse(last.html);
  } finally {
    await app.stop();
  }
}

async function submitCsrfForm(browser: HttpBrowser, base: string): Promise<OpenedPage> {
  const { html } = await browser.open(`${base}/csrf`);
  const { csrfToken } = JSON.parse(html) as { csrfToken: string };
  return browser.open(`${base}/signin/grantor`, {
    method: 'POST',
    body: new URLSearchParams({ csrfToken, callbackUrl: new URL(base).origin }),
  });
}

const ada = { name: 'Ada Lovelace', email: 'ada@example.com' };

/** Each registers with its redirect URI alone, but for what its library cannot do otherwise. */
const programs: readonly (readonly [string, Program])[] = [
  ['openid-client 6', { file: 'openid-client-6.js', callback: '/callback' }],
  ['openid-client 5', { file: 'openid-client-5.js', callback: '/callback' }],
  [
    'Passport',
    {
      file: 'passport.js',
      callback: '/callback',
      metadata: { token_endpoint_auth_method: 'client_secret_post' },
    },
  ],
  ['express-openid-connect', { file: 'express-openid-connect.js', callback: '/callback' }],
  ['Auth.js', { file: 'authjs.js', callback: '/auth/callback/grantor', profile: '/profile', forms: '/auth' }],
  [
    'next-auth 4',
    {
      file: 'next-auth-4.js',
      callback: '/api/auth/callback/grantor',
      profile: '/profile',
      forms: '/api/auth',
    },
  ],
  ['simple-oauth2', { file: 'simple-oauth2.js', callback: '/callback' }],
  ['Authlib with Flask', { file: 'authlib_flask.py', callback: '/callback' }],
  ['social-auth-core with Django', { file: 'social_auth_django.py', callback: '/complete/oidc/' }],
  ['django-allauth', { file: 'django_allauth.py', callback: '/accounts/oidc/grantor/login/callback/' }],
];

describe('the libraries of docs/libraries.md, each in its small app', () => {
  it.each(programs)(
    'signs a user in and gets the name, with the defaults of both sides: %s',
    async (_, program) => {
      expect(await profileOf(program)).toMatchObject(ada);
    },
  );

  it('signs a user in and gets the email address, with the defaults of both sides: mozilla-django-oidc', async () => {
    const program = { file: 'mozilla_django_oidc_app.py', callback: '/oidc/callback/' };
    expect(await profileOf(program)).toEqual({ email: ada.email });
  });

  it('signs a user in from a page of its own in a browser: oidc-client-ts', async () => {
    const url = await freeAddress();
    const { client_id } = await grantor.register({
      redirectUris: [`${url}/callback`],
      allowed_origins: [url],
      token_endpoint_auth_method: 'none',
    });
    const settings = { ISSUER: grantor.issuer, CLIENT_ID: client_id };
    const app = await startLibraryApp([process.execPath, 'oidc-client-ts.js'], settings, url);
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(url);
      await page.click('#login');
      await page.fill('[name=username]', grantor.user.username);
      await page.fill('[name=password]', grantor.user.password);
      await page.click('#sign-in');
      await page.click('#allow');
      await page.waitForSelector('#profile:not(:empty)');
      expect(JSON.parse((await page.textContent('#profile')) ?? '')).toMatchObject(ada);
    } finally {
      await browser.close();
      await app.stop();
    }
  });
});
