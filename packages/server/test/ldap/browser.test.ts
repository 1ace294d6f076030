import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { startLdapServer, type TestLdapServer } from '../../../../test/kit/ldap-server.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';

const SERVICE = 'cn=grantor,dc=example,dc=com';

describe.each([true, false])('a user of the directory in Chromium, with scripts: %s', (javaScriptEnabled) => {
  let ldap: TestLdapServer;
  let grantor: TestServer;
  let chromium: Browser;
  beforeAll(async () => {
    const user = {
      dn: 'uid=hopper,dc=example,dc=com',
      password: 'compiler-of-1952',
      attributes: { objectClass: ['person'], entryUUID: ['1'], uid: ['hopper'], cn: ['Grace Hopper'] },
    };
    const service = { dn: SERVICE, password: 'service', attributes: {} };
    ldap = await startLdapServer([service, user], { serviceDn: SERVICE });
    grantor = await startServer({
      settings: {
        ldapUrl: ldap.url,
        ldapStartTls: 'off',
        ldapBindDn: SERVICE,
        ldapBindPassword: 'service',
        ldapBaseDn: 'dc=example,dc=com',
      },
    });
    chromium = await launchBrowser();
  });
  afterAll(async () => {
    await chromium.close();
    await grantor.stop();
    await ldap.stop();
  });

  it('signs in with the form for username and password', async () => {
    const context = await chromium.newContext({ javaScriptEnabled });
    const page = await context.newPage();
    await page.goto(`${grantor.issuer}/signin`);
    await page.fill('input[name=username]', 'hopper');
    await page.fill('input[name=password]', 'wrong');
    await page.press('input[name=password]', 'Enter');
    await page.waitForSelector('[role=alert]');
    await page.fill('input[name=password]', 'compiler-of-1952');
    await page.press('input[name=password]', 'Enter');
    await page.waitForURL((url) => !url.pathname.startsWith('/signin'));
    expect(await page.textContent('body')).toContain('Grace Hopper');
  });
});
