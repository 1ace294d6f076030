import { randomBytes } from 'node:crypto';
import { type AuthorizationServer, createAuthorizationServer } from '@grantor/server';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { csrf } from 'hono/csrf';
import { html } from 'hono/html';

export interface AppSettings {
  /** The URL of the application. */
  readonly origin: string;
  readonly databaseUrl: string;
  /** At least 32 random characters, which stay the same for a database. */
  readonly secret: string;
  /** A key to the management API, with which apps are registered. */
  readonly apiKey: string;
}

/** A guest of the application: it has no passwords, a name is enough. */
interface Guest {
  readonly id: string;
  readonly name: string;
  /** When the guest entered, in seconds since the epoch. */
  readonly since: number;
}

const COOKIE = 'guest';

/**
 * A Hono application with sessions of its own. A guest who has entered sees no sign-in form of Grantor, which recognizes
 * the session.
 */
export async function createApp({ origin, ...settings }: AppSettings): Promise<{
  readonly app: Hono<{ Bindings: HttpBindings }>;
  readonly server: AuthorizationServer;
}> {
  const guests = new Map<string, Guest>();
  const server = await createAuthorizationServer({
    ...settings,
    issuer: `${origin}/auth`,
    logLevel: 'warn',
    // There are no passwords: guests enter at the front page.
    authenticate: () => undefined,
    signedInUser({ headers }) {
      const session = new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(headers.get('cookie') ?? '')?.[1];
      const guest = guests.get(session ?? '');
      if (guest === undefined) return undefined;
      return { id: guest.id, claims: { name: guest.name }, authTime: guest.since, acr: '0', amr: [] };
    },
  });

  const app = new Hono<{ Bindings: HttpBindings }>();
  app.all('/auth/*', (context) => server.fetch(context.req.raw, context.env));
  app.all('/.well-known/oauth-authorization-server/auth', (context) =>
    server.fetch(context.req.raw, context.env),
  );

  app.use(csrf());
  app.get('/', (context) => {
    const guest = guests.get(getCookie(context, COOKIE) ?? '');
    return context.html(
      html`<!doctype html>
        <html lang="en">
          <title>Guest house</title>
          <h1>Guest house</h1>
          ${
            guest === undefined
              ? html`<form method="post" action="/enter">
                  <label for="name">Your name</label>
                  <input id="name" name="name" required maxlength="100" />
                  <button id="enter">Enter</button>
                </form>`
              : html`<p id="welcome">Welcome, ${guest.name}.</p>`
          }
        </html>`,
    );
  });
  app.post('/enter', async (context) => {
    const { name } = await context.req.parseBody();
    if (typeof name !== 'string' || name === '') return context.text('Enter a name', 400);
    const session = randomBytes(32).toString('base64url');
    guests.set(session, { id: session.slice(0, 12), name, since: Math.floor(Date.now() / 1000) });
    setCookie(context, COOKIE, session, { httpOnly: true, sameSite: 'Lax', path: '/' });
    return context.redirect('/', 303);
  });
  return { app, server };
}
