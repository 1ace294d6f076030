import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { expectWellMade } from '../kit/well-made.js';
import { readLedger } from './ledger.js';
import type { Visit } from './visit.js';

export interface Person {
  readonly name: string;
  readonly username: string;
  readonly password: string;
}

/** The user of the demo. */
export const ada: Person = {
  name: 'Ada Lovelace',
  username: 'ada@example.com',
  password: 'analytical-engine',
};

/** The first administrator. */
export const root: Person = {
  name: 'Administrator',
  username: 'root@example.com',
  password: 'correct horse battery',
};

/** An app and the server that it is connected to. */
export interface Stage {
  readonly app: string;
  readonly issuer: string;
  readonly user: Person;
  /** Name under which the app is registered. */
  readonly appName: string;
  /** Where the server keeps its data. */
  readonly folder: string;
  /** The access tokens that the API has received, if they are recorded. */
  readonly accessTokens?: readonly string[];
}

/** Called at each stop of the walk, for example to take a screenshot. */
export type AtStop = (page: Page, name: string) => Promise<unknown>;

/** The path of the page, without its query. */
export const pathOf = (page: Page): string => new URL(page.url()).pathname;

/** The text of the one element that matches. */
export const textOf = async (page: Page, selector: string): Promise<string> =>
  ((await page.locator(selector).textContent()) ?? '').trim();

export const heading = (page: Page): Promise<string> => textOf(page, 'h1');

export async function signIn(
  page: Page,
  { username, password }: Pick<Person, 'username' | 'password'>,
): Promise<void> {
  await page.fill('[name=username]', username);
  await page.fill('[name=password]', password);
  await page.click('#sign-in');
}

/** The first five minutes of a newcomer: Connect, sign in, Allow, Refresh token, Disconnect and Connect again. */
export async function walk(
  { page, complaints }: Visit,
  stage: Stage,
  atStop: AtStop = async () => {},
): Promise<void> {
  const stop: AtStop = async (where, name) => {
    await expectWellMade(where);
    await atStop(where, name);
  };
  await connect(page, stage, stop);
  const before = await refresh(page, stage);
  await disconnect(page, stage, stop, before);
  await connectAgain(page, stage);
  expect(complaints).toEqual([]);
}

async function connect(page: Page, { app, issuer, user, appName }: Stage, stop: AtStop): Promise<void> {
  await page.goto(app);
  await stop(page, 'app-start');
  await page.click('#connect');

  expect(page.url()).toMatch(new RegExp(`^${issuer}/signin\\?ticket=`));
  expect(await textOf(page, 'main')).toContain(appName);
  expect(await textOf(page, 'main')).toContain(new URL(app).host);
  await stop(page, 'sign-in');

  await signIn(page, { ...user, password: 'difference-engine' });
  expect(await textOf(page, '[role=alert]:visible')).toMatch(/username or password is wrong/);
  expect(await page.inputValue('[name=username]')).toBe(user.username);
  expect(await page.inputValue('[name=password]')).toBe('');
  await stop(page, 'sign-in-error');

  await page.fill('[name=password]', user.password);
  await page.click('#sign-in');
  expect(page.url()).toMatch(new RegExp(`^${issuer}/consent\\?ticket=`));
  const consent = await textOf(page, 'main');
  expect(await heading(page)).toContain(appName);
  for (const words of [new URL(app).host, user.username, 'See your files', 'See your email address']) {
    expect(consent).toContain(words);
  }
  // Titles for users, not the names of scopes.
  expect(consent).not.toMatch(/files:read|offline_access|openid/);
  expect(await textOf(page, '#allow')).toBe('Allow');
  expect(await textOf(page, '#deny')).toBe('Deny');
  await stop(page, 'consent');

  await page.click('#allow');
  expect(page.url()).toBe(`${app}/`);
  await expectConnected(page, user);
  await stop(page, 'connected');
}

export async function expectConnected(page: Page, { name, username }: Person): Promise<void> {
  expect(await heading(page)).toBe(name);
  expect(await textOf(page, '#profile')).toContain(username);
  expect(await page.locator('#files li').count()).toBeGreaterThan(2);
}

const expiry = async (page: Page) => Date.parse((await page.getAttribute('#expires', 'datetime')) ?? '');

async function refresh(page: Page, { user, folder, accessTokens }: Stage): Promise<string | undefined> {
  const [expiresBefore, tokenBefore] = [await expiry(page), accessTokens?.at(-1)];
  expect(readLedger(folder)).toEqual({ revoked: false, refreshTokenFamilies: 1, refreshed: false });
  // Expiry has whole seconds, so it changes in the next second.
  const at = Math.floor(Date.now() / 1000);
  while (Math.floor(Date.now() / 1000) === at) await page.waitForTimeout(20);
  await page.click('#refresh');
  await expectConnected(page, user);
  expect(await expiry(page)).toBeGreaterThan(expiresBefore);
  expect(readLedger(folder)).toEqual({ revoked: false, refreshTokenFamilies: 1, refreshed: true });
  const token = accessTokens?.at(-1);
  if (accessTokens !== undefined) expect(token).not.toBe(tokenBefore);
  return token;
}

async function disconnect(
  page: Page,
  { app, issuer, folder }: Stage,
  stop: AtStop,
  token?: string,
): Promise<void> {
  const userinfo = async () => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${issuer}/oauth2/userinfo`, { headers })).status;
  };
  if (token !== undefined) expect(await userinfo()).toBe(200);
  await page.click('#disconnect');
  expect(page.url()).toBe(`${app}/`);
  expect(await textOf(page, '#notice')).toMatch(/disconnected/);
  expect(await page.locator('#connect').count()).toBe(1);
  expect(await page.locator('#profile').count()).toBe(0);
  await stop(page, 'disconnected');
  expect(readLedger(folder).revoked).toBe(true);
  if (token !== undefined) expect(await userinfo()).toBe(401);
}

/** The session and the consent still exist, so no page is shown. */
async function connectAgain(page: Page, { app, issuer, user }: Stage): Promise<void> {
  const seen: string[] = [];
  page.on('framenavigated', (frame) => seen.push(frame.url()));
  await page.click('#connect');
  await page.waitForURL(`${app}/`);
  await expectConnected(page, user);
  expect(seen.filter((url) => url.startsWith(issuer))).toEqual([]);
}
