import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Browser, chromium, type Page } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

const MOST_CAPTURES = 5;

/** Nothing leaves the machine: what a browser does by itself in the background is off. */
const ARGUMENTS = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
];

/**
 * Starts a headless Chromium: the executable that `CHROMIUM_PATH` names, or else the one from npm.
 *
 * @returns the browser; the caller closes it
 * @throws Error that says what was tried and what to do; a test without its browser fails, it never skips
 */
export async function launchBrowser(): Promise<Browser> {
  const named = process.env.CHROMIUM_PATH || undefined;
  try {
    const folder = named === undefined ? await unpackedChromium() : undefined;
    return await chromium.launch({
      executablePath: named ?? join(folder ?? '', 'chromium'),
      // A sandbox inside a sandbox: root, as in containers, has none to give.
      args: process.getuid?.() === 0 ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS,
      chromiumSandbox: false,
      ...(folder === undefined ? {} : { env: { ...process.env, FONTCONFIG_PATH: join(folder, 'fonts') } }),
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `Chromium did not start (${named ?? 'the one from @sparticuz/chromium'}). ` +
        `Set CHROMIUM_PATH to a Chromium or Chrome that runs on this machine. ${reason}`,
      { cause: error },
    );
  }
}

/**
 * Keeps a picture of the whole page in `artifacts/`, which is not committed.
 *
 * @param name of the file, without its ending
 * @returns the path of the file
 */
export async function screenshot(page: Page, name: string): Promise<string> {
  const path = join(root, 'artifacts', `${name}.png`);
  await mkdir(dirname(path), { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await page.screenshot({ path, fullPage: true });
      return path;
    } catch (error) {
      // On a busy machine Chromium may lose the frame that it was to capture; the page has no part in that.
      const lostFrame = error instanceof Error && error.message.includes('Unable to capture screenshot');
      if (!lostFrame || attempt === MOST_CAPTURES) throw error;
      await setTimeout(100 * attempt);
    }
  }
}

/**
 * The folder with the unpacked browser from npm. Several test files may ask at once, and an earlier run may have
 * been killed while unpacking: so it is unpacked under a name of its own, and renamed once it is whole.
 */
async function unpackedChromium(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const { version } = JSON.parse(await readFile(join(dirname(entry), '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  const cache = join(root, 'node_modules', '.cache', 'grantor');
  const folder = join(cache, `chromium-${version}`);
  if (await isThere(join(folder, 'chromium'))) return folder;

  await mkdir(cache, { recursive: true });
  const fresh = await mkdtemp(join(cache, 'unpacking-'));
  try {
    const script = "import chromium from '@sparticuz/chromium'; await chromium.executablePath();";
    // The package unpacks into the temporary folder of its process.
    await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: root,
      env: { ...process.env, TMPDIR: fresh },
    });
    await writeFile(join(fresh, 'fonts', 'fonts.conf'), fontSettings(join(folder, 'fonts')));
    await rename(fresh, folder).catch(async (error: unknown) => {
      // Another test file was faster; its browser is the same.
      if (!(await isThere(join(folder, 'chromium')))) throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return folder;
}

/** For fontconfig: the fonts that came along, and those of the machine where it has some. */
function fontSettings(folder: string): string {
  const folders = [folder, '/usr/share/fonts', '/usr/local/share/fonts'].map((path) => `<dir>${path}</dir>`);
  return `<?xml version="1.0"?><fontconfig>${folders.join('')}<cachedir>${folder}/cache</cachedir></fontconfig>\n`;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
