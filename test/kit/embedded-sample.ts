import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { bodyOf, callWith } from './api-calls.js';
import { launchBrowser } from './chromium.js';
import { TestApp } from './test-app.js';
import { createDatabase } from './test-database.js';

/** What a sample application with an authorization server inside is created with. */
export interface EmbeddedSampleSettings {
  readonly origin: string;
  readonly databaseUrl: string;
  readonly secret: string;
  readonly apiKey: string;
}

export interface EmbeddedSample {
  /** Where the application listens. Its authorization server is below `/auth`. */
  readonly origin: string;
  /** An app of another developer that is registered there. */
  readonly app: TestApp;
  readonly chromium: Browser;
  close(): Promise<void>;
}

/**
 * Starts a sample application on a free port, and a browser.
 *
 * @param create creates the application, with the listener for its requests
 */
export async function startEmbeddedSample(
  create: (
    settings: EmbeddedSampleSettings,
  ) => Promise<{ readonly listener: RequestListener; close(): Promise<void> }>,
): Promise<EmbeddedSample> {
  const http = createServer();
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://localhost:${(http.address() as AddressInfo).port}`;
  const apiKey = 'a key of the sample with enough characters';
  const sample = await create({
    origin,
    databaseUrl: await createDatabase('sqlite'),
    secret: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
    apiKey,
  });
  http.on('request', sample.listener);
  const issuer = `${origin}/auth`;
  const redirectUri = `${origin}/`;
  const client = await bodyOf<{ client_id: string; client_secret: string }>(
    callWith({ issuer }, apiKey)('POST', '/clients', {
      name: 'Chess clock',
      redirectUris: [redirectUri],
      scopes: ['openid', 'profile'],
    }),
    201,
  );
  const chromium = await launchBrowser();
  return {
    origin,
    app: TestApp.of({ issuer, user: { username: '', password: '', name: '' } }, client, redirectUri),
    chromium,
    async close() {
      await chromium.close();
      http.closeAllConnections();
      await new Promise((resolve) => {
        http.close(resolve);
      });
      await sample.close();
    },
  };
}

/**
 * @param callback the address that the browser came back to, with a code
 * @returns the claims of the user who consented
 */
export async function claimsAfter(app: TestApp, callback: string): Promise<unknown> {
  const code = new URL(callback).searchParams.get('code') ?? '';
  const { access_token: token } = await bodyOf<{ access_token: string }>(app.exchange(code));
  return bodyOf(app.userinfo(token));
}
