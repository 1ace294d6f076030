import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';
import { mailedLogo, readBrand } from '../../src/compose/brand.js';
import { type Config, configSchema } from '../../src/config/config.js';
import { MOST_BYTES } from '../../src/logos/logo.js';
import { askForMail, type MailingServer, startMailing } from '../sign-up/support.js';

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]);
const svg =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="x()"><script>x()</script><path d="M0 0"/></svg>';
const pngUri = `data:image/png;base64,${png.toString('base64')}`;
const svgUri = `data:image/svg+xml;base64,${btoa(svg)}`;

/** The brand of these settings. */
const brandOf = (settings: Partial<Config>) =>
  readBrand(
    configSchema.parse({
      issuer: 'https://login.example.com',
      databaseUrl: 'sqlite::memory:',
      secret: 'x'.repeat(32),
      ...settings,
    }),
  );

describe('the pictures of an operator', () => {
  let mailing: MailingServer;
  let grantor: MailingServer['grantor'];

  beforeAll(async () => {
    mailing = await startMailing({
      path: '/auth',
      settings: {
        name: 'Acme & Co',
        logo: pngUri,
        logoDark: svgUri,
        favicon: svgUri,
        accentLight: '#7a1f5c',
        signUp: 'open',
      },
    });
    ({ grantor } = mailing);
  });
  afterAll(() => mailing.stop());

  it('are on every page, with the name as their text, and the page may load them from this server only', async () => {
    const { html, response } = await new HttpBrowser().open(`${grantor.issuer}/signin`);
    expect(html).toMatch(
      /<source srcset="\/auth\/assets\/picture\.[0-9a-f]{10}\.svg" media="\(prefers-color-scheme: dark\)"\/>/,
    );
    expect(html).toMatch(
      /<img class="masthead-logo" src="\/auth\/assets\/picture\.[0-9a-f]{10}\.png" alt="Acme &amp; Co"\/>/,
    );
    expect(html).toMatch(
      /<link rel="icon" href="\/auth\/assets\/picture\.[0-9a-f]{10}\.svg" type="image\/svg\+xml"\/>/,
    );
    expect(response.headers.get('content-security-policy')).toContain("img-src 'self'");
    const addresses = [...html.matchAll(/(?:src|srcset|href)="(\/auth\/assets\/picture[^"]+)"/g)];
    const served = await Promise.all(
      addresses.map(async ([, path]) =>
        (await fetch(new URL(path ?? '', grantor.issuer))).headers.get('content-type'),
      ),
    );
    expect(served).toEqual(['image/svg+xml', 'image/svg+xml', 'image/png']);
  });

  it.each(['/favicon.ico', '/auth/favicon.ico'])(
    'cannot run a script when they are opened as documents: %s',
    async (path) => {
      const response = await fetch(new URL(path, grantor.issuer));
      expect(response.headers.get('content-type')).toBe('image/svg+xml');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'.*; sandbox$/);
      const body = await response.text();
      expect(body).toContain('<path d="M0 0">');
      expect(body).not.toMatch(/script|onload/);
    },
  );

  it('are in mails, at an address that stays, with a button in the accent colour', async () => {
    await askForMail(`${grantor.issuer}/sign-up`, 'grace@example.com');
    const { html } = await mailing.smtp.take('grace@example.com');
    expect(html).toContain(`<img src="${grantor.issuer}/assets/logo" alt="Acme &amp; Co"`);
    expect(html).toContain('background:#7a1f5c;color:#ffffff');
    // No other address is loaded: neither by this name nor by a style.
    expect(html.match(/src=|url\(/g)).toEqual(['src=']);
    const logo = await fetch(`${grantor.issuer}/assets/logo`);
    expect(logo.headers.get('content-type')).toBe('image/png');
    expect(logo.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(Buffer.from(await logo.arrayBuffer())).toEqual(png);
  });

  it('are not in mails as SVG, which mail programs do not show', () => {
    const { issuer } = grantor;
    expect(mailedLogo(brandOf({ logo: pngUri }), issuer)).toBe(`${issuer}/assets/logo`);
    expect(mailedLogo(brandOf({ logo: svgUri }), issuer)).toBeUndefined();
    expect(mailedLogo(brandOf({}), issuer)).toBeUndefined();
  });

  it('have a square next to the name, which is the icon of the tab too, as an icon logo', async () => {
    const { logo, icon } = brandOf({ logo: svgUri, logoStyle: 'icon' });
    expect(logo?.style).toBe('icon');
    expect(icon).toBe(logo?.light);
    expect(brandOf({ logo: svgUri }).icon).not.toBe(logo?.light);
  });

  it('of a service without one have its first letter, which cannot be markup', () => {
    expect(brandOf({ name: 'émile' }).icon.body).toContain('>É</text>');
    expect(brandOf({ name: '<&>' }).icon.body).toContain('>•</text>');
    expect(brandOf({}).icon.body).toContain('<path');
  });

  it('are refused by name if they are too large, no pictures, or cannot be read', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'logo'), png);
    // Its address has the hash of its content.
    expect(brandOf({ logo: join(folder, 'logo') }).logo?.light.path).toBe(
      brandOf({ logo: pngUri }).logo?.light.path,
    );
    await writeFile(join(folder, 'large.png'), Buffer.concat([png, Buffer.alloc(MOST_BYTES)]));
    await writeFile(join(folder, 'page.html'), '<!doctype html><p>Hello');
    const refused = [
      [{ logo: join(folder, 'large.png') }, /^GRANTOR_LOGO must have at most 256000 bytes$/],
      [{ favicon: join(folder, 'page.html') }, /^GRANTOR_FAVICON is not a well-formed SVG image/],
      [{ logo: join(folder, 'none.png') }, /^GRANTOR_LOGO names .*none\.png, which cannot be read$/],
      [{ logo: folder }, /^GRANTOR_LOGO names .*, which is not a file$/],
      [{ logo: 'data:text/html;base64,PGI+' }, /^GRANTOR_LOGO must be a data URI of a PNG, JPEG or SVG/],
      [{ logoDark: svgUri }, /^GRANTOR_LOGO is not set, and GRANTOR_LOGO_DARK is$/],
    ] as const;
    for (const [settings, problem] of refused) expect(() => brandOf(settings)).toThrow(problem);
  });
});
