import { readFileSync } from 'node:fs';
import {
  clientSecretBasic,
  createClient,
  MissingRefreshTokenError,
  none,
  type TokenSet,
  type UserInfo,
} from '@grantor/client';
import { Hono } from 'hono';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import { secureHeaders } from 'hono/secure-headers';
import { explain, isAccessEnded } from './explain.js';
import { fetchFiles } from './files-api.js';
import { ConnectedPage, MessagePage, SetupPage, WelcomePage } from './pages.js';
import { addTransaction, type Session, Sessions, takeTransaction } from './sessions.js';
import type { Settings } from './settings.js';

const asset = (name: string) => readFileSync(new URL(`../public/${name}`, import.meta.url), 'utf8');

const ACCESS_ENDED = 'Your access has ended. Connect again to continue.';

/** Errors of the client hold no token and no secret, so their messages can be logged. */
const report = (error: unknown) => console.error(error instanceof Error ? error.message : error);

/**
 * The whole app, with the routes `/`, `/connect`, `/callback`, `/refresh`, `/disconnect` and `/health`.
 *
 * @throws ClientError `configuration`, naming the option to change
 */
export function createApp(settings: Settings): Hono {
  const { origin, pathname: callbackPath, protocol } = new URL(settings.redirectUri);
  const sessions = new Sessions(protocol === 'https:');
  const app = new Hono();

  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: 'DENY',
      // The address of /callback has code and state, which other sites must not see.
      referrerPolicy: 'same-origin',
      strictTransportSecurity: protocol === 'https:' ? 'max-age=31536000' : false,
    }),
    // Only forms of this app may change anything.
    csrf({ origin }),
    async (c, next) => {
      await next();
      if (!c.res.headers.has('cache-control')) c.header('cache-control', 'no-store');
    },
  );

  const assets = { 'style.css': 'text/css; charset=utf-8', 'icon.svg': 'image/svg+xml' };
  for (const [name, type] of Object.entries(assets)) {
    const body = asset(name);
    app.get(`/${name}`, (c) => c.body(body, 200, { 'content-type': type, 'cache-control': 'no-cache' }));
  }
  app.get('/health', (c) => c.json({ status: 'ok' }));

  app.notFound((c) => c.html(<MessagePage title="Page not found" text="Check the address." />, 404));
  app.onError((error, c) => {
    if (error instanceof HTTPException) {
      const title = 'This request did not come from a page of this app';
      return c.html(<MessagePage title={title} text="Go to the start page and use its buttons." />, 403);
    }
    const { status, ...explanation } = explain(error, settings.issuer);
    if (status >= 500) report(error);
    return c.html(<MessagePage {...explanation} />, status);
  });

  if (settings.clientId === '') {
    app.get('*', (c) => c.html(<SetupPage {...settings} />));
    return app;
  }

  // One client for the whole app: it holds no user's tokens.
  const client = createClient({
    issuer: settings.issuer,
    clientId: settings.clientId,
    authentication: settings.clientSecret === '' ? none() : clientSecretBasic(settings.clientSecret),
    redirectUri: settings.redirectUri,
    scope: settings.scopes,
  });

  /** Refreshes and keeps the new tokens: many servers revoke the old refresh token. */
  async function refresh(session: Session, tokens: TokenSet): Promise<TokenSet> {
    session.tokens = await client.refresh(tokens);
    return session.tokens;
  }

  /** The user's profile, and the tokens that it was fetched with. */
  async function loadProfile(session: Session, stored: TokenSet): Promise<[UserInfo, TokenSet]> {
    const tokens = client.isExpired(stored) ? await refresh(session, stored) : stored;
    try {
      return [await client.userinfo(tokens), tokens];
    } catch (error) {
      if (!isAccessEnded(error)) throw error;
      // Not expired, but refused: a new token works unless the user revoked the access.
      const renewed = await refresh(session, tokens);
      return [await client.userinfo(renewed), renewed];
    }
  }

  app.get('/', async (c) => {
    const session = sessions.find(c);
    const notice = session?.notice;
    if (session !== undefined) delete session.notice;
    if (session?.tokens === undefined) return c.html(<WelcomePage {...settings} notice={notice} />);
    try {
      const [profile, tokens] = await loadProfile(session, session.tokens);
      const files = await fetchFiles(settings.apiBaseUrl, tokens.accessToken);
      return c.html(<ConnectedPage profile={profile} tokens={tokens} files={files} notice={notice} />);
    } catch (error) {
      if (!isAccessEnded(error)) throw error;
      sessions.end(c);
      return c.html(<WelcomePage {...settings} notice={ACCESS_ENDED} />);
    }
  });

  // A link and not a form: form-action of the Content-Security-Policy applies to every redirect that follows.
  app.get('/connect', async (c) => {
    const { url, transaction } = await client.startAuthorization();
    const session = sessions.find(c) ?? sessions.begin(c, { transactions: new Map() });
    addTransaction(session, transaction);
    return c.redirect(url, 303);
  });

  app.get(callbackPath, async (c) => {
    const session = sessions.find(c);
    const transaction = session && takeTransaction(session, c.req.query('state') ?? '');
    const tokens = await client.handleCallback(c.req.url, transaction);
    // The session can do more from now on, so it gets a new ID. Other tabs may be signing in at the same time.
    const transactions = session?.transactions ?? new Map();
    sessions.begin(c, { transactions, tokens, notice: 'You are connected.' });
    return c.redirect('/', 303);
  });

  app.post('/refresh', async (c) => {
    const session = sessions.find(c);
    if (session?.tokens === undefined) return c.redirect('/', 303);
    try {
      await refresh(session, session.tokens);
      session.notice = 'The token was refreshed.';
    } catch (error) {
      if (error instanceof MissingRefreshTokenError) {
        session.notice = 'There is no refresh token: the app must request the scope offline_access.';
      } else if (isAccessEnded(error)) {
        sessions.begin(c, { transactions: session.transactions, notice: ACCESS_ENDED });
      } else {
        throw error;
      }
    }
    return c.redirect('/', 303);
  });

  app.post('/disconnect', async (c) => {
    const session = sessions.find(c);
    const tokens = session?.tokens;
    if (tokens === undefined || session === undefined) return c.redirect('/', 303);
    // Deleted here first, whatever the server responds.
    delete session.tokens;
    let notice = 'You are disconnected. The app has revoked its access.';
    try {
      await client.revoke(tokens);
    } catch (error) {
      report(error);
      notice =
        'The app has deleted its tokens, but could not revoke them at the authorization server. ' +
        'Remove the access in your account there.';
    }
    sessions.begin(c, { transactions: session.transactions, notice });
    return c.redirect('/', 303);
  });

  return app;
}
