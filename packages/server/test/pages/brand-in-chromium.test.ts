import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bodyOf } from '../../../../test/kit/api-calls.js';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { checkPage } from '../../../../test/kit/page-checks.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';

const svgOf = (fill: string) =>
  `data:image/svg+xml;base64,${btoa(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 40"><script>document.title = 'run'</script><path fill="${fill}" d="M0 0h160v40z"/></svg>`)}`;

let grantor: TestServer;
let browser: Browser;
beforeAll(async () => {
  [grantor, browser] = await Promise.all([
    startServer({
      settings: {
        name: 'Acme',
        logo: svgOf('#14211d'),
        logoDark: svgOf('#ffffff'),
        accentLight: '#7a1f5c',
        theme: { light: { paper: '#faf7f2', text: '#1d1a16' }, dark: { surface: '#1b1820' }, radius: '2px' },
        clientBranding: 'verified',
      },
    }),
    launchBrowser(),
  ]);
});
afterAll(async () => {
  await browser.close();
  await grantor.stop();
});

it('shows the brand of the operator, and on the pages of a verified app its colours too (WCAG 2.2 SC 1.4.3)', async () => {
  const app = await registerApp(grantor, {
    name: 'Photo Printer',
    logo: svgOf('#0b57d0'),
    logo_style: 'wordmark',
    accent_light: '#0b57d0',
    accent_dark: '#a8c7fa',
  });
  await bodyOf(grantor.api('PATCH', `/clients/${app.id}`, { verified: true }));
  const page = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: 'light' });
  const shown = () =>
    page.evaluate(() => ({
      button: getComputedStyle(document.querySelector('#sign-in') ?? document.body).backgroundColor,
      corners: getComputedStyle(document.querySelector('#sign-in') ?? document.body).borderRadius,
      logos: Array.from(document.images, ({ currentSrc, naturalWidth }) => naturalWidth > 0 && currentSrc),
    }));
  await page.goto(`${grantor.issuer}/signin`);
  const own = await shown();
  expect(own).toMatchObject({ button: 'rgb(122, 31, 92)', corners: '2px', logos: [expect.any(String)] });
  await checkPage(page);
  await page.goto(app.authorizationUrl());
  expect(await shown()).toMatchObject({
    button: 'rgb(11, 87, 208)',
    logos: [own.logos[0], expect.any(String)],
  });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.reload();
  const dark = await shown();
  expect(dark).toMatchObject({
    button: 'rgb(168, 199, 250)',
    logos: [expect.any(String), expect.any(String)],
  });
  expect(dark.logos[0]).not.toBe(own.logos[0]);
  await checkPage(page);
  // Opened as a document, a logo runs no script.
  await page.goto(String(own.logos[0]));
  expect(await page.title()).not.toBe('run');
  await page.close();
});
