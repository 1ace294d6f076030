import { type AuthorizationServer, createAuthorizationServer } from '@grantor/server';
import express, { type Express } from 'express';
import { checkMember, findMember } from './members.js';

export interface AppSettings {
  /** The URL of the application. */
  readonly origin: string;
  readonly databaseUrl: string;
  /** At least 32 random characters, which stay the same for a database. */
  readonly secret: string;
  /** A key to the management API, with which apps are registered. */
  readonly apiKey: string;
}

/** An Express application whose members connect apps: the authorization server is below `/auth`. */
export async function createApp({
  origin,
  ...settings
}: AppSettings): Promise<{ readonly app: Express; readonly server: AuthorizationServer }> {
  const server = await createAuthorizationServer({
    ...settings,
    issuer: `${origin}/auth`,
    logLevel: 'warn',
    authenticate: ({ username, password }) => checkMember(username, password),
    users: { find: findMember },
  });

  const app = express();
  // Before body parsers: Grantor reads the bodies of its own requests.
  app.use(server.listener);
  app.use(express.json());

  app.get('/', (_request, response) => {
    response.type('text').send(`The chess club\n\nApps connect at ${origin}/auth\n`);
  });
  app.post('/api/moves', ({ body }, response) => {
    response.json({ received: body as unknown });
  });
  return { app, server };
}
