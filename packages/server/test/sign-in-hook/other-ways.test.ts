import type { Config } from '@grantor/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpBrowser } from '../../../../test/kit/browser.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp } from '../../../../test/kit/test-app.js';
import { resetHrefOf } from '../../src/compose/other-sign-ins.js';
import { paths } from '../../src/endpoints/paths.js';
import { pages } from './operator.js';

/** Pages below these addresses that open no session without the page of the operator. */
const after = [
  'signIn', // leads to the page of the operator
  'switchAccount',
  'selectAccount',
  'secondFactor',
  'stepUp',
  'enrolment',
  'continueSignIn',
  'connectProvider', // needs the identity of a sign-in at a provider
] as const satisfies readonly (keyof typeof paths)[];

const isWayIn = (path: string) => /^\/(?:signin|sign-up|reset-password)(?:\/|$)/.test(path);

/** The addresses of all other ways to sign in. A new one belongs in compose/other-sign-ins.ts. */
const ways = Object.entries(paths)
  .filter(([name]) => !(after as readonly string[]).includes(name))
  .flatMap(([, [path]]) => (isWayIn(path) ? [path.replace(':provider', 'corp')] : []));

const settings: Partial<Config> = {
  signInUrl: pages.signInUrl,
  signUp: 'open',
  emailSignIn: 'on',
  mailFrom: 'grantor@example.com',
  smtpUrl: 'smtp://localhost:2525',
  providers: [
    {
      id: 'corp',
      issuer: 'https://corp.example',
      clientId: 'grantor',
      clientSecret: 'secret',
      domains: ['corp.example'],
    },
  ],
};

describe('with the sign-in page of the operator', () => {
  let closed: TestServer;
  let open: TestServer;
  beforeAll(async () => {
    closed = await startServer({ settings });
    open = await startServer({ settings: { ...settings, otherSignIns: 'on' } });
  });
  afterAll(async () => {
    await closed.stop();
    await open.stop();
  });

  const statuses = ({ issuer }: TestServer, path: string) =>
    Promise.all(
      ['GET', 'POST'].map(async (method) => {
        const body = method === 'POST' ? { body: new URLSearchParams() } : {};
        return (await fetch(issuer + path, { method, redirect: 'manual', ...body })).status;
      }),
    );

  it.each(ways)('%s does not exist, though it is configured', async (path) => {
    // A route that exists for one method responds to the other with 405.
    for (const status of await statuses(closed, path)) expect([404, 405]).toContain(status);
    expect(await statuses(closed, path)).toContain(404);
  });

  it.each(ways)('%s exists if the operator wants other ways beside the page', async (path) => {
    expect(await statuses(open, path)).not.toEqual([404, 404]);
  });

  it('a password that is sent to the server signs no one in', async () => {
    for (const server of [closed, open]) {
      const browser = new HttpBrowser();
      const { username, password } = server.user;
      const { left } = await browser.open(`${server.issuer}/signin`, {
        method: 'POST',
        body: new URLSearchParams({ username, password }),
      });
      expect(left?.origin ?? 'refused').toMatch(/refused|example\.com/);
      expect(browser.cookieValue('grantor_session')).toBeUndefined();
    }
  });

  it('mails lead to the page for a new password', () => {
    const { issuer } = closed;
    const where = { issuer, signInUrl: pages.signInUrl };
    expect(resetHrefOf({ ...where, otherSignIns: 'off' })).toBe(pages.signInUrl);
    expect(resetHrefOf({ ...where, otherSignIns: 'on' })).toBe(`${issuer}/reset-password`);
    expect(resetHrefOf({ issuer, signInUrl: undefined, otherSignIns: 'off' })).toBe(
      `${issuer}/reset-password`,
    );
  });

  it('users cannot be invited to a page that does not exist', async () => {
    const invited = { email: 'new@example.com' };
    expect((await closed.api('POST', '/invitations', invited)).status).toBe(409);
    expect((await open.api('POST', '/invitations', invited)).status).toBe(201);
  });

  it('a domain of a provider leads to the page', async () => {
    const app = await registerApp(closed);
    const page = await app.browser.open(app.authorizationUrl({ domain_hint: 'corp.example' }));
    expect(page.left?.href).toContain('https://example.com/sign-in');
  });
});
