import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  createAuthorizationServer,
} from '@grantor/server';
import { onTestFinished } from 'vitest';
import { bodyOf, callWith } from '../../../../test/kit/api-calls.js';
import { cheapStretch } from '../../../../test/kit/stretch.js';
import { TestApp } from '../../../../test/kit/test-app.js';
import { createDatabase } from '../../../../test/kit/test-database.js';

type Handler = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

export const API_KEY = 'embedded-key-with-more-than-20-characters';

/** The user that the settings of an embedded server create. */
export const admin = { username: 'ada@example.com', password: 'analytical-engine', name: 'Administrator' };

/** An application on a free port, with an authorization server in it. */
export interface EmbeddingHost {
  /** The URL of the application. */
  readonly origin: string;
  readonly issuer: string;
  readonly server: AuthorizationServer;
  /** Registers an app, in a browser without a session. */
  readonly registerApp: () => Promise<TestApp>;
  readonly close: () => Promise<void>;
}

/** Starts an application, which is closed after the test. */
export async function startHost(...parameters: Parameters<typeof openHost>): Promise<EmbeddingHost> {
  const host = await openHost(...parameters);
  onTestFinished(() => host.close());
  return host;
}

/** @param mount makes the application around the server */
export async function openHost(
  mount: (server: AuthorizationServer) => Handler | Promise<Handler>,
  { path = '/auth', ...options }: Partial<AuthorizationServerOptions> & { readonly path?: string } = {},
): Promise<EmbeddingHost> {
  const http = createServer();
  const origin = await listening(http);
  const issuer = origin + path;
  const server = await createAuthorizationServer(
    {
      issuer,
      databaseUrl: await createDatabase('sqlite'),
      secret: 'U9xq2Lr7VtbW4mZ0pKcYs8aEhJd5NfGi',
      apiKey: API_KEY,
      adminEmail: admin.username,
      adminPassword: admin.password,
      logLevel: 'silent',
      ...options,
    },
    { stretch: cheapStretch },
  );
  http.on('request', await mount(server));
  return {
    origin,
    issuer,
    server,
    async close() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
      await server.close();
    },
    async registerApp() {
      const client = await bodyOf<{ client_id: string; client_secret: string }>(
        callWith({ issuer }, API_KEY)('POST', '/clients', {
          name: 'Test app',
          redirectUris: ['https://app.example.com/callback'],
          scopes: ['openid', 'profile', 'email'],
        }),
        201,
      );
      return TestApp.of({ issuer, user: admin }, client);
    },
  };
}

async function listening(http: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  return `http://localhost:${(http.address() as AddressInfo).port}`;
}
