import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, type Call } from '../../../../test/kit/api-calls.js';
import { HttpBrowser, type OpenedPage } from '../../../../test/kit/browser.js';
import { addCaller } from '../../../../test/kit/callers.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import { registerApp, TestApp } from '../../../../test/kit/test-app.js';
import { billing, defineBilling } from './billing.js';

const REDIRECT_URI = 'https://app.example.com/callback';
const API = 'https://api.example.com/v1';
const OTHER = 'https://other.example.com';

/** The lines of the page, in the order in which they are read. */
const linesOf = (page: OpenedPage): readonly string[] =>
  [...page.html.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, line = '']) =>
    line
      .replaceAll(/<svg[\s\S]*?<\/svg>/g, '')
      .replaceAll(/<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim(),
  );

const BILLING = ['billing:read', 'billing:write'];

describe('the consent page and the catalogue', () => {
  let grantor: TestServer;
  let admin: Call;
  beforeAll(async () => {
    grantor = await startServer({ settings: { resources: [API, OTHER] } });
    admin = (await addCaller(grantor, { isAdmin: true })).call;
    await defineBilling(admin, { read: { resource: API }, write: { resource: OTHER } });
  });
  afterAll(() => grantor.stop());

  /** Signs in in a browser with these headers, and returns the consent page. */
  async function ask(
    parameters: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<{ readonly app: TestApp; readonly page: OpenedPage }> {
    const named = [...BILLING, ...(parameters.scope?.split(' ') ?? [])];
    const { id, secret } = await registerApp(grantor, {
      scopes: [...new Set(['openid', 'files:read', 'files:write', ...named])],
    });
    const app = new TestApp(grantor.issuer, id, secret, REDIRECT_URI, grantor.user, new HttpBrowser(headers));
    return { app, page: await again(app, parameters) };
  }

  async function again(app: TestApp, parameters: Record<string, string>): Promise<OpenedPage> {
    const page = await app.browser.open(app.authorizationUrl(parameters));
    if (!page.html.includes('id="sign-in"')) return page;
    const { username, password } = app.user;
    return app.browser.signIn(page, { username, password });
  }

  describe('if write includes read', () => {
    it('shows one line for both, and Allow grants both as requested', async () => {
      const { app, page } = await ask({ scope: 'files:read files:write rooms:read' });
      expect(linesOf(page)).toEqual(['See, change and delete your files and folders', 'See your rooms']);
      const { left } = await app.browser.submit(page, 'allow');
      const exchanged = await app.exchange(left?.searchParams.get('code') ?? '');
      const tokens = (await exchanged.json()) as { scope: string };
      expect(tokens.scope.split(' ').toSorted()).toEqual(['files:read', 'files:write', 'rooms:read']);
    });

    it('does not ask for the read of an allowed write, and asks for the write of an allowed read', async () => {
      const { app, page } = await ask({ scope: 'files:write' });
      await app.browser.submit(page, 'allow');
      expect((await again(app, { scope: 'files:read' })).left?.searchParams.has('code')).toBe(true);
      const other = await ask({ scope: 'files:read' });
      await other.app.browser.submit(other.page, 'allow');
      const more = await again(other.app, { scope: 'files:read files:write' });
      expect(linesOf(more)).toEqual(['See, change and delete your files and folders']);
      expect(more.html).not.toContain('You already allowed');
    });

    it('keeps read and write apart that belong to two resources', async () => {
      const { app, page } = await ask({ scope: 'billing:write', resource: OTHER });
      await app.browser.submit(page, 'allow');
      const asked = await again(app, { scope: 'billing:read billing:write', resource: `${API} ${OTHER}` });
      expect(linesOf(asked)).toHaveLength(2);
      expect(asked.html).toContain('It also asks to');
    });
  });

  describe('in the language of the page', () => {
    const known: Readonly<Record<string, readonly string[]>> = {
      en: ['Know who you are An identifier that stays the same each time you connect', 'See your rooms'],
      de: ['Wissen, wer Sie sind Eine Kennung, die bei jeder Verbindung gleich bleibt', 'Ihre Räume sehen'],
      fr: ['Savoir qui vous êtes Un identifiant qui reste le même à chaque connexion', 'Voir vos salles'],
    };

    it.each([
      ['the app asks for it', { ui_locales: 'tlh fr de' }, 'en', 'fr'],
      ['the browser asks for it', {}, 'de, fr;q=0.9', 'de'],
      ['no one asks for a language', {}, '', 'en'],
    ])(
      'has its scopes, also if %s: a page never mixes languages',
      async (_, parameters, header, language) => {
        const { page } = await ask(
          { scope: 'openid rooms:read', ...parameters },
          { 'accept-language': header },
        );
        expect(page.html).toContain(`<html lang="${language}" `);
        expect(linesOf(page)).toEqual(known[language]);
        expect(page.html).not.toMatch(/<span[^>]* lang=/);
      },
    );
  });

  it('escapes the texts of an operator', async () => {
    const words = { title: '<img src=x onerror=alert(1)>', description: '"><script>alert(2)</script>' };
    await bodyOf(
      admin('POST', '/scopes', { ...billing, name: 'wild', group: 'files', texts: { en: words } }),
      201,
    );
    const { page } = await ask({ scope: 'wild' });
    expect(page.html).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(page.html).not.toContain('<img src=x');
    expect(page.html).not.toContain('<script>alert');
  });

  describe('for a scope of one resource (RFC 8707)', () => {
    it('shows the resource of the scope', async () => {
      const { page } = await ask({ scope: 'billing:read', resource: API });
      expect(linesOf(page)).toEqual(['See your invoices All of them']);
      expect(page.html).toContain('At <bdi>api.example.com/v1</bdi>');
    });

    const outcome = async (app: TestApp, scope: string | undefined, ...resources: readonly string[]) => {
      const url = new URL(app.authorizationUrl({ scope }));
      for (const resource of resources) url.searchParams.append('resource', resource);
      const answered = await app.browser.open(url.href);
      return answered.left?.searchParams.get('error') ?? 'asked';
    };

    it('refuses it with another resource (RFC 8707 §2)', async () => {
      const { app } = await ask({ scope: 'openid' });
      expect(await outcome(app, 'billing:read', OTHER)).toBe('invalid_target');
      // The default audience is a resource like any other.
      expect(await outcome(app, 'billing:read')).toBe('invalid_target');
      expect(await outcome(app, 'billing:read', API)).toBe('asked');
      expect(await outcome(app, 'billing:read', OTHER, 'HTTPS://API.example.com/v1')).toBe('asked');
      expect(await outcome(app, 'files:read', OTHER)).toBe('asked');
    });

    it('is not in the scopes of a request without scope for another resource', async () => {
      const { app } = await ask({ scope: 'openid' });
      const url = new URL(app.authorizationUrl({ scope: undefined }));
      url.searchParams.append('resource', OTHER);
      const page = await app.browser.open(url.href);
      expect(linesOf(page)).toContain('See and pay your invoices');
      expect(linesOf(page).join(' ')).not.toContain('See your invoices');
    });

    it('refuses it for a program for itself too (RFC 6749 §4.4)', async () => {
      const program = await registerApp(grantor, {
        grant_types: ['client_credentials'],
        scopes: ['billing:read', 'billing:write', 'files:read'],
      });
      const scopeOf = async (scope: string | undefined, resource: string) => {
        const response = await program.post('/oauth2/token', {
          grant_type: 'client_credentials',
          scope,
          resource,
        });
        const body = (await response.json()) as { scope?: string; error?: string };
        return body.scope ?? body.error;
      };
      expect(await scopeOf('billing:read', OTHER)).toBe('invalid_target');
      expect(await scopeOf('billing:read', API)).toBe('billing:read');
      expect(await scopeOf(undefined, API)).toBe('billing:read files:read');
    });
  });
});
