import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { launchBrowser } from '../test/kit/chromium.ts';

const images = fileURLToPath(new URL('images/', import.meta.url));
const command = fileURLToPath(new URL('../packages/server/bin/grantor.js', import.meta.url));
const schemes = ['light', 'dark'] as const;

interface Addresses {
  readonly app: string;
  readonly person: { readonly username: string; readonly password: string };
}

/** Starts `grantor dev` on its usual ports, which must be free, with an empty database. */
async function startDemo(folder: string) {
  const server = spawn(process.execPath, [command, 'dev', '--json', '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(server, 'close');
  for await (const line of createInterface(server.stdout)) {
    if (!line.startsWith('{"issuer"')) continue;
    const addresses = JSON.parse(line) as Addresses;
    const stop = async () => {
      server.kill();
      await ended;
    };
    return { ...addresses, stop };
  }
  throw new Error('The demo did not start. Its message is above');
}

/** Saves the page in both colour schemes. */
async function capture(page: Page, name: string): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.screenshot({ path: join(images, `${name}-${colorScheme}.png`) });
  }
}

const folder = await mkdtemp(join(tmpdir(), 'grantor-screenshots-'));
const demo = await startDemo(folder);
const browser = await launchBrowser();
try {
  await mkdir(images, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 640, height: 880 } });
  await page.goto(demo.app);
  await page.click('#connect');
  await page.fill('[name=username]', demo.person.username);
  await page.fill('[name=password]', demo.person.password);
  await page.click('#sign-in');
  await page.waitForSelector('#allow');
  await capture(page, 'consent');
  await page.click('#allow');
  await page.waitForSelector('#files');
  await capture(page, 'connected');
} finally {
  await browser.close();
  await demo.stop();
  await rm(folder, { recursive: true, force: true });
}
