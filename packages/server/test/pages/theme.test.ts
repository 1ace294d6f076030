import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/kit/temporary-folder.js';
import { configSchema } from '../../src/config/config.js';
import { loadConfig } from '../../src/config/load-config.js';
import { readSettings } from '../../src/config/options.js';
import { createBrand } from '../../src/pages/index.js';

const { theme: schema } = configSchema.shape;

const bodyOf = (theme: ReturnType<typeof schema.parse>) =>
  String(createBrand({ theme, links: {} }).stylesheet?.body);

describe('the variables of the stylesheet that an operator sets', () => {
  it('replace those of each mode, and the rest follows them', () => {
    const { palettes, stylesheet } = createBrand({
      theme: {
        light: { surface: '#fffaf0', text: '#101010' },
        radius: '4px',
        fontFamily: '"Open Sans", serif',
      },
      links: {},
    });
    expect(stylesheet?.body).toContain(':root { --radius: 4px; --font: "Open Sans", serif; }');
    expect(stylesheet?.body).toMatch(/light\) \{ :root \{ .*--surface: #fffaf0;.*--text: #101010;/);
    expect(stylesheet?.body).not.toContain('dark');
    // A panel is darker than its card, and no longer the one of the default theme.
    expect(palettes.light.sunken).toBe('#f8f3e9');
    expect(palettes.dark).toEqual(createBrand({ links: {} }).palettes.dark);
  });

  it.each([
    [
      { light: { text: '#aaaaaa' } },
      /^GRANTOR_THEME: in light pages, text #aaaaaa on paper #f4f3ee has a contrast of/,
    ],
    [
      { dark: { muted: '#333333' } },
      /^GRANTOR_THEME: in dark pages, muted #333333 .* Set muted or paper of dark/,
    ],
    [{ light: { surface: '#0b6655', text: '#ffffff' } }, /^GRANTOR_THEME: in light pages/],
    [{ light: { control: '#eeeeee' } }, /control #eeeeee on paper .* needs 3:1/],
  ])('are refused where a text could not be read: %j (WCAG 2.2 SC 1.4.3)', (theme, problem) => {
    expect(() => createBrand({ theme, links: {} })).toThrow(problem);
  });

  it.each([
    { radius: '8px; } body { display: none' },
    { radius: 'calc(1px)' },
    { radius: '33px' },
    { radius: '2.5rem' },
    { radius: '-1px' },
    { fontFamily: 'a; } * { color: red' },
    { fontFamily: 'url(https://evil.example/font)' },
    { fontFamily: '"a\\"; }' },
    { fontFamily: '"open' },
    { fontFamily: 'a /* b' },
    { fontFamily: '</style>' },
    { fontFamily: 'a\n}' },
    { fontFamily: 'a,'.repeat(11) },
    { fontFamily: '' },
    { light: { surface: 'url(x)' } },
    { light: { surface: '#fff' } },
    { light: { surface: 'var(--text)' } },
    { light: { accent: '#0b6655' } },
    { dark: { background: '#000000' } },
    { css: 'body {}' },
  ])('have a strict grammar, so that no value leads to another rule: %j', (theme) => {
    expect(schema.safeParse(theme).success).toBe(false);
  });

  it.each([{}, { radius: '0' }, { radius: '1.25rem' }, { fontFamily: 'Inter, "Noto Sans JP", system-ui' }])(
    'may be %j',
    (theme) => {
      expect(bodyOf(schema.parse(theme))).not.toMatch(/url|\{[^}]*\{[^}]*\{/);
    },
  );

  it('are typed options of an application that embeds the server', () => {
    const settings = {
      issuer: 'https://login.example.com',
      databaseUrl: 'sqlite:./grantor.db',
      secret: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
    };
    const brand = { theme: { dark: { paper: '#101010' } }, logo: './logo.png', logoStyle: 'icon' } as const;
    expect(readSettings({ ...settings, ...brand })).toMatchObject(brand);
    expect(() => readSettings({ ...settings, theme: { radius: 'round' } })).toThrow(
      /theme \[radius\] must be a length from 0 to 32 px/,
    );
  });

  it('are in a JSON file in the environment, whose problems are named', async () => {
    const file = join(await temporaryFolder(), 'theme.json');
    const load = () =>
      loadConfig({
        GRANTOR_ISSUER: 'https://login.example.com',
        GRANTOR_DATABASE_URL: 'sqlite:./grantor.db',
        GRANTOR_SECRET: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
        GRANTOR_THEME: file,
      });
    expect(load).toThrow(/GRANTOR_THEME needs the file .*theme\.json, which cannot be read/);
    await writeFile(file, '{');
    expect(load).toThrow(/GRANTOR_THEME names .*theme\.json, which is not JSON/);
    await writeFile(file, '{"light":{"surface":"white"}}');
    expect(load).toThrow(/GRANTOR_THEME \[light\] \[surface\] must be a colour in six hex digits/);
    await writeFile(file, '{"radius":"4px"}');
    expect(load().theme).toEqual({ radius: '4px' });
  });
});
