import { createHash, randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AuthorizationServer, createAuthorizationServer } from '@grantor/server';
import { createApp } from './app.js';
import { createGrantorApi } from './grantor-api.js';

export interface StartSettings {
  /** 0 for any that is free. */
  readonly port: number;
  readonly grantorPort: number;
  readonly databaseUrl: string;
}

export interface StartedSample {
  readonly origin: string;
  readonly issuer: string;
  close(): Promise<void>;
}

/**
 * Starts the application, and Grantor on a port of its own. Here both are in one process, so that the sample needs one
 * command. In production Grantor is `grantor serve`, with the same settings as environment variables.
 */
export async function start({ port, grantorPort, databaseUrl }: StartSettings): Promise<StartedSample> {
  const [appServer, grantorServer] = [createServer(), createServer()];
  const origin = await listen(appServer, port);
  const issuer = await listen(grantorServer, grantorPort);
  const apiKey = randomBytes(32).toString('base64url');
  const grantor = await createAuthorizationServer({
    issuer,
    databaseUrl,
    secret: randomBytes(32).toString('base64'),
    apiKey,
    signInUrl: `${origin}/sign-in`,
    signOutUrl: `${origin}/sign-out`,
    logLevel: 'warn',
  });
  grantorServer.on('request', grantor.listener);
  const tryUrl = await registerDemoApp(issuer, apiKey, `${origin}/connected`);
  const app = createApp({ origin, issuer, grantor: createGrantorApi({ issuer, apiKey }), tryUrl });
  appServer.on('request', app as RequestListener);
  return { origin, issuer, close: () => close([appServer, grantorServer], grantor) };
}

/** Registers an app, and returns an authorization request of it. */
async function registerDemoApp(issuer: string, apiKey: string, redirectUri: string): Promise<string> {
  const response = await fetch(`${issuer}/api/2.0/clients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Demo app', redirectUris: [redirectUri], scopes: ['openid', 'email'] }),
  });
  if (!response.ok) throw new Error(`The demo app cannot be registered: ${await response.text()}`);
  const { client_id: id } = (await response.json()) as { client_id: string };
  const challenge = createHash('sha256')
    .update('a verifier that the demo app does not use')
    .digest('base64url');
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: id,
    redirect_uri: redirectUri,
    scope: 'openid email',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  return `${issuer}/oauth2/authorize?${query.toString()}`;
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

async function close(servers: readonly Server[], grantor: AuthorizationServer): Promise<void> {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
  await grantor.close();
}
