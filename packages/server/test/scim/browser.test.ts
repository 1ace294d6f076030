import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { PASSWORD } from '../../../../test/kit/users.js';
import { patch, scimClient, USER } from './support.js';

describe('a user provisioned with SCIM in Chromium', () => {
  let grantor: TestServer;
  let chromium: Browser;
  beforeAll(async () => {
    grantor = await startServer();
    chromium = await launchBrowser();
  });
  afterAll(async () => {
    await chromium.close();
    await grantor.stop();
  });

  it.each([true, false])(
    'signs in, and is signed out when the directory deactivates the user, with scripts: %s',
    async (javaScriptEnabled) => {
      const scim = await scimClient(grantor);
      const userName = `sally-${javaScriptEnabled}`;
      const name = { givenName: 'Sally', familyName: 'Ride' };
      const { body } = await scim('POST', '/Users', { schemas: [USER], userName, name, password: PASSWORD });
      const context = await chromium.newContext({ javaScriptEnabled });
      const page = await context.newPage();
      const signIn = async () => {
        await page.fill('#username', userName);
        await page.fill('#password', PASSWORD);
        await page.click('#sign-in');
      };
      await page.goto(`${grantor.issuer}/signin`);
      await signIn();
      await page.waitForURL(`${grantor.issuer}/account`);
      expect(await page.textContent('body')).toContain('Sally Ride');
      const off = patch({ op: 'replace', path: 'active', value: false });
      expect((await scim('PATCH', `/Users/${String(body.id)}`, off)).status).toBe(200);
      await page.goto(`${grantor.issuer}/account`);
      await signIn();
      await page.waitForSelector('[role=alert]:not([hidden])');
      expect(await page.textContent('body')).not.toContain('Sally Ride');
      await context.close();
    },
  );
});
