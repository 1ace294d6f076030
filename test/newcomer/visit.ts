import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

/** A browser profile that records the errors of its console. */
export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors, warnings, and violations of the Content-Security-Policy on any page so far. */
  readonly complaints: string[];
}

/** Chromium reports every status outside 2xx in its console, also intended ones. */
const STATUS = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** Opens a new browser profile, which is closed when the test has finished. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  onTestFinished(() => context.close());
  context.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  const complain = (text: string) => {
    if (!STATUS.test(text)) complaints.push(text);
  };
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complain(message.text());
  });
  context.on('weberror', (error) => complain(String(error.error())));
  await context.exposeFunction('reportViolation', complain);
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { reportViolation } = window as unknown as { reportViolation: (text: string) => void };
      reportViolation(`${event.violatedDirective} blocked ${event.blockedURI}`);
    });
  });
  return { context, page: await context.newPage(), complaints };
}
