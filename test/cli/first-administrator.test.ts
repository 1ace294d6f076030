import { expect, it, onTestFinished } from 'vitest';
import { HttpBrowser } from '../kit/browser.js';
import { startServe } from '../kit/grantor-process.js';
import { temporaryFolder } from '../kit/temporary-folder.js';

const settings = {
  GRANTOR_API_KEY: 'a first key, with more than 20 characters',
  GRANTOR_ADMIN_EMAIL: 'root@example.com',
  GRANTOR_ADMIN_PASSWORD: 'correct horse battery',
};

async function serve(env: Readonly<Record<string, string>>, folder: string): Promise<string> {
  const { issuer, process } = await startServe(env, folder);
  onTestFinished(async () => void (await process.stop()));
  return issuer;
}

const listClients = (issuer: string, apiKey: string) =>
  fetch(`${issuer}/api/2.0/clients`, { headers: { authorization: `Bearer ${apiKey}` } });

it('creates a first administrator and a first API key from the environment, without prompts', async () => {
  const issuer = await serve(settings, await temporaryFolder());
  expect((await listClients(issuer, settings.GRANTOR_API_KEY)).status).toBe(200);
  expect((await listClients(issuer, `${settings.GRANTOR_API_KEY}.`)).status).toBe(401);

  const browser = new HttpBrowser();
  const page = await browser.open(`${issuer}/signin`);
  const fields = { username: settings.GRANTOR_ADMIN_EMAIL, password: settings.GRANTOR_ADMIN_PASSWORD };
  expect((await browser.submit(page, 'sign-in', { ...fields, password: 'wrong horse' })).status).toBe(400);
  const signedIn = await browser.signIn(page, fields);
  expect([signedIn.status, signedIn.url]).toEqual([200, `${issuer}/account`]);
});

it('has no API key and no user if none is configured', async () => {
  const issuer = await serve({}, await temporaryFolder());
  expect((await listClients(issuer, settings.GRANTOR_API_KEY)).status).toBe(401);
  expect((await fetch(`${issuer}/api/2.0/clients`)).status).toBe(401);
});
