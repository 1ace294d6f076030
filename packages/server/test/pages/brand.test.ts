import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer } from '../../../../test/kit/servers.js';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';
import { configSchema } from '../../src/config/config.js';
import { createBrand } from '../../src/pages/index.js';

describe('the brand of an operator', () => {
  it('names and colours every page, and links to help, privacy policy and terms', async () => {
    const texts = join(await temporaryFolder(), 'texts');
    await mkdir(texts);
    await writeFile(join(texts, 'de.json'), JSON.stringify({ 'signIn.title': 'Willkommen & herzlich' }));
    const grantor = await startServer({
      settings: {
        name: 'Acme & Söhne',
        accentLight: '#7a1f5c',
        accentDark: '#ffb3e0',
        supportUrl: 'mailto:help@acme.example',
        privacyUrl: 'https://acme.example/privacy',
        termsUrl: 'https://acme.example/terms',
        texts,
      },
    });
    try {
      const browser = new HttpBrowser({ 'accept-language': 'de' });
      const { html, response } = await browser.open(`${grantor.issuer}/signin`);
      expect(html).toContain('<title>Willkommen &amp; herzlich · Acme &amp; Söhne</title>');
      expect(html).toContain('<a href="mailto:help@acme.example">Hilfe</a>');
      expect(html).toContain('<a href="https://acme.example/privacy">Datenschutzerklärung</a>');
      expect(html).toContain('<a href="https://acme.example/terms">Nutzungsbedingungen</a>');
      expect(response.headers.get('content-security-policy')).toContain("style-src 'self'");
      const [, path = ''] = /href="(\/assets\/brand\.[0-9a-f]{10}\.css)"/.exec(html) ?? [];
      const style = await fetch(grantor.issuer + path);
      expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
      const css = await style.text();
      expect(css).toMatch(/\(prefers-color-scheme: light\) \{ :root \{ .*--accent: #7a1f5c;/);
      expect(css).toMatch(/\(prefers-color-scheme: dark\) \{ :root \{ .*--accent: #ffb3e0;/);
    } finally {
      await grantor.stop();
    }
  });

  it.each([
    [
      { accentLight: '#ffee00' },
      /^GRANTOR_ACCENT_LIGHT cannot be #ffee00: .* contrast of 1\.\d\d:1.* 4\.5:1.*darker/,
    ],
    [
      { accentDark: '#203040' },
      /^GRANTOR_ACCENT_DARK cannot be #203040: .* contrast of 1\.\d\d:1.* 4\.5:1.*lighter/,
    ],
  ])('is refused with a colour that cannot be read: %j (WCAG 2.2 SC 1.4.3)', (colours, problem) => {
    expect(() => createBrand({ ...colours, links: {} })).toThrow(problem);
  });

  it('keeps the colours of the other mode where it sets one', () => {
    const { stylesheet } = createBrand({ accentLight: '#7a1f5c', links: {} });
    expect(stylesheet?.body).not.toContain('dark');
    expect(createBrand({ links: {} }).stylesheet).toBeUndefined();
  });

  it.each([
    ['name', ''],
    ['name', 'a\u202Eb'],
    ['name', 'x'.repeat(61)],
    ['accentLight', 'red'],
    ['accentDark', '#fff; } body { display: none'],
    ['supportUrl', 'javascript:alert(1)'],
    ['supportUrl', 'mailto:a@b?subject=x'],
    ['privacyUrl', 'http://acme.example'],
    ['termsUrl', 'https://user@acme.example'],
    ['logo', 'https://acme.example/logo.png'],
    ['favicon', 'javascript:alert(1)'],
  ] as const)('is refused with %s %j', (setting, value) => {
    expect(configSchema.shape[setting].safeParse(value).success).toBe(false);
  });
});
