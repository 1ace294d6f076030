import express, { type Express, type Response } from 'express';
import type { GrantorApi } from './grantor-api.js';
import { connectedPage, homePage, signInPage } from './pages.js';
import { endSession, findSession, type Session, startSession } from './sessions.js';
import { checkPassword } from './users.js';

export interface AppSettings {
  /** The URL of this application. */
  readonly origin: string;
  /** The URL of Grantor. */
  readonly issuer: string;
  readonly grantor: GrantorApi;
  /** An authorization request of a demo app. */
  readonly tryUrl: string;
}

/** An application with its own users, whose sign-in page also signs them in for apps that connect through Grantor. */
export function createApp({ origin, issuer, grantor, tryUrl }: AppSettings): Express {
  const app = express();
  app.use(express.urlencoded({ extended: false }));

  app.get('/', ({ headers }, response) => {
    response.send(homePage(findSession(headers.cookie)?.user, tryUrl));
  });

  app.get('/sign-in', async ({ query, headers }, response) => {
    const challenge = textOf(query.sign_in_challenge);
    if (challenge === undefined) {
      response.send(signInPage({}));
      return;
    }
    const request = await grantor.read(challenge);
    const session = findSession(headers.cookie);
    // A session of this application is enough, unless the app requires a later authentication.
    if (session !== undefined && session.since >= Date.parse(request.earliest_auth_time ?? '1970-01-01')) {
      await accept(response, challenge, session);
      return;
    }
    const username = request.login_hint ?? undefined;
    response.send(signInPage({ appName: request.client?.name, challenge, username }));
  });

  app.post('/sign-in', async ({ body, headers }, response) => {
    // A form of another site could sign the browser in to an account of an attacker.
    if (headers.origin !== origin) {
      response.status(403).send('Send the form from the page of this site');
      return;
    }
    const { username = '', password = '', challenge = '' } = body as Record<string, string | undefined>;
    const user = checkPassword(username, password);
    if (user === undefined) {
      const error = 'The username or password is wrong.';
      response.status(400).send(signInPage({ challenge, username, error }));
      return;
    }
    response.setHeader('set-cookie', startSession(user));
    if (challenge === '') response.redirect(303, '/');
    else await accept(response, challenge, { user, since: Date.now() });
  });

  /** Tells Grantor who the user is, and sends the browser on. */
  async function accept(response: Response, challenge: string, { user, since }: Session): Promise<void> {
    const { id, name, email, username } = user;
    const to = await grantor.accept(challenge, {
      user: { id, claims: { name, email, email_verified: true, preferred_username: username } },
      amr: ['pwd'],
      auth_time: new Date(since).toISOString(),
    });
    response.redirect(303, to);
  }

  // GRANTOR_SIGN_OUT_URL: Grantor has ended its session, and this application ends its own.
  app.get('/sign-out', ({ query, headers }, response) => {
    response.setHeader('set-cookie', endSession(headers.cookie));
    const to = textOf(query.return_to);
    response.redirect(303, to?.startsWith(`${issuer}/`) === true ? to : '/');
  });

  app.post('/sign-out', ({ headers }, response) => {
    response.setHeader('set-cookie', endSession(headers.cookie));
    response.redirect(303, `${issuer}/signout`);
  });

  app.get('/connected', ({ originalUrl }, response) => {
    response.send(connectedPage(new URL(originalUrl, origin).searchParams));
  });

  return app;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
