import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { PASSWORD } from '../../../../test/kit/users.js';
import { importSample } from './import-sample.js';

describe('an imported user in Chromium', () => {
  let grantor: TestServer;
  let chromium: Browser;
  beforeAll(async () => {
    grantor = await startServer();
    await importSample(grantor, 'users.csv', 'csv');
    chromium = await launchBrowser();
  });
  afterAll(async () => {
    await chromium.close();
    await grantor.stop();
  });

  // The second sign-in verifies the hash that replaced the imported one.
  it.each([true, false])(
    'signs in with the password of the other system, with scripts: %s',
    async (javaScriptEnabled) => {
      const context = await chromium.newContext({ javaScriptEnabled });
      const page = await context.newPage();
      await page.goto(`${grantor.issuer}/signin`);
      await page.fill('#username', 'annie@example.com');
      await page.fill('#password', PASSWORD);
      await page.click('#sign-in');
      await page.waitForURL(`${grantor.issuer}/account`);
      expect(await page.textContent('body')).toContain('Annie Easley');
      await context.close();
    },
  );
});
