import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer, type TestServer } from '../../kit/servers.js';
import { temporaryFolder } from '../../kit/temporary-folder.js';
import { commandLine } from './support.js';

let grantor: TestServer;
beforeAll(async () => {
  grantor = await startServer({ settings: { compat: 'none' } });
});
afterAll(() => grantor.stop());
const { run, json, created } = commandLine(() => grantor);

const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const JPEG = Buffer.from('ffd8ffe000104a464946', 'hex');
const SVG = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><rect width="1" height="1"/></svg>');

async function fileOf(name: string, bytes: Buffer): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeFile(path, bytes);
  return path;
}

describe('grantor clients create --logo', () => {
  it.each([
    ['logo.png', 'image/png', PNG],
    ['logo.jpg', 'image/jpeg', JPEG],
    ['LOGO.JPEG', 'image/jpeg', JPEG],
    ['logo.svg', 'image/svg+xml', SVG],
  ])('gives an app the picture in %s', async (name, mediaType, bytes) => {
    const path = await fileOf(name, bytes);
    const made = await created('--name', 'Pictured', '--logo', path);
    expect(made).toMatchObject({
      logo: expect.stringMatching(`^data:${mediaType.replace('+', '\\+')};base64,`),
    });
    const { logo_uri } = made as unknown as { logo_uri: string };
    const picture = await fetch(logo_uri);
    expect(picture.headers.get('content-type')).toMatch(mediaType);
    const { stdout } = await run('clients', 'show', made.client_id);
    expect(stdout).toMatch(new RegExp(`^logo +${mediaType.replace('+', '\\+')}, \\d+ characters$`, 'm'));
  });

  it('changes only the logo of an app with update', async () => {
    const before = await created('--name', 'Repainted', '--logo', await fileOf('logo.png', PNG));
    const path = await fileOf('logo.jpg', JPEG);
    expect(await json('clients', 'update', before.client_id, '--logo', path)).toMatchObject({
      name: 'Repainted',
      logo: `data:image/jpeg;base64,${JPEG.toString('base64')}`,
    });
  });

  it.each([
    ['of another kind', 'logo.gif', PNG, /^The name of a logo file must end in one of \.png, /],
    [
      'that is too large',
      'logo.png',
      Buffer.alloc(256_001),
      /^\S+logo\.png cannot be read: it has 256001 bytes/,
    ],
    ['that is not what its name says', 'logo.png', JPEG, /^400 .*\n {2}logo is not a PNG image\n/],
  ])('refuses a file %s with a message', async (_what, name, bytes, words) => {
    const path = await fileOf(name, bytes);
    const { code, stdout, stderr } = await run('clients', 'create', '--name', 'Bare', '--logo', path);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('refuses a missing file and a folder with a message', async () => {
    const folder = join(await temporaryFolder(), 'folder.png');
    await mkdir(folder);
    for (const path of [folder, `${folder}.missing.png`]) {
      const { code, stderr } = await run('clients', 'create', '--name', 'Bare', '--logo', path);
      expect(code).toBe(1);
      expect(stderr).toMatch(/cannot be read: E(?:ISDIR|NOENT)/);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});
