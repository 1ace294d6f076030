import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser } from '../../../../test/kit/chromium.js';
import { startServer, type TestServer } from '../../../../test/kit/servers.js';
import type { OpenApiDocument } from '../../src/api/openapi/openapi-types.js';

let grantor: TestServer;
let browser: Browser;
beforeAll(async () => {
  [grantor, browser] = await Promise.all([startServer({ path: '/auth' }), launchBrowser()]);
});
afterAll(() => Promise.all([grantor.stop(), browser.close()]));

const open = () => fetch(`${grantor.issuer}/api/docs`);

describe('the reference of the management API', () => {
  it('shows every operation and every schema of the document, each with a unique anchor', async () => {
    const html = await (await open()).text();
    const response = await fetch(`${grantor.issuer}/api/openapi.json`);
    const { paths, components } = (await response.json()) as OpenApiDocument;
    const ids = Object.values(paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );
    const schemas = Object.keys(components.schemas).filter((name) => !name.endsWith('Body'));
    const anchors = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(anchors).toEqual(expect.arrayContaining([...ids, ...schemas.map((name) => `schema-${name}`)]));
    expect(new Set(anchors).size).toBe(anchors.length);
    const targets = [...html.matchAll(/ href="#([^"]+)"/g)].map(([, id]) => id);
    expect(targets.filter((target) => !anchors.includes(target))).toEqual([]);
  });

  it('has few landmarks with unique names (WCAG 2.4.1)', async () => {
    const html = await (await open()).text();
    const named = [...html.matchAll(/<(section|nav)[^>]* aria-(label|labelledby)="([^"]+)"/g)].map(
      ([, role, kind, name]) => {
        const heading = new RegExp(`<h\\d id="${name}">([^<]*)<`).exec(html)?.[1];
        return `${role} ${kind === 'label' ? name : heading}`;
      },
    );
    expect(named).not.toContain('section undefined');
    expect(named.length).toBeGreaterThan(3);
    expect(named.length).toBeLessThan(30);
    expect(new Set(named).size).toBe(named.length);
  });

  it('runs no script, loads no external resource and cannot be framed', async () => {
    const response = await open();
    expect(response.status).toBe(200);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src|unsafe/);
    const html = await response.text();
    expect(html).not.toMatch(/<script|<style|\sstyle=|\son\w+=/i);
    const loaded = [...html.matchAll(/<(?:link|img|iframe)[^>]*(?:href|src)="([^"]+)"/g)].map(
      ([, url]) => url,
    );
    expect(loaded.length).toBeGreaterThan(2);
    for (const url of loaded) {
      expect(url).toMatch(/^\/auth\//);
      expect((await fetch(new URL(url ?? '', grantor.issuer))).status).toBe(200);
    }
  });

  it('is the same for all callers and shows no key', async () => {
    const known = await fetch(`${grantor.issuer}/api/docs`, {
      headers: { authorization: `Bearer ${grantor.apiKey}` },
    });
    expect(await known.text()).toBe(await (await open()).text());
  });

  it.each([
    ['light', 390],
    ['light', 1280],
    ['dark', 390],
    ['dark', 1280],
  ] as const)('fits a window and breaks no policy: %s, %i px wide', async (colorScheme, width) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => void complaints.push(message.text()));
    page.on('requestfailed', (request) => void complaints.push(request.url()));
    await page.goto(`${grantor.issuer}/api/docs`);
    expect(complaints).toEqual([]);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    const contents = page.getByRole('navigation', { name: 'Operations' });
    const inText = page.locator('details.contents');
    expect([await contents.isVisible(), await inText.isVisible()]).toEqual(
      width > 1000 ? [true, false] : [false, true],
    );
    await page.goto(`${grantor.issuer}/api/docs#createClient`);
    expect(await page.locator('#createClient').isVisible()).toBe(true);
    await context.close();
  });
});
